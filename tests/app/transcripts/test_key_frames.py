"""Key frames are small, whole and beside the journal; a slow or full disk costs no line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.capture.opencv import cv2
from app.transcripts.export import export
from app.transcripts.formats import TranscriptFormat
from app.transcripts.key_frames import (
    KeyFrameWriter,
    copy_key_frames,
    encoded,
    key_frame_folder,
    key_frame_name,
)
from app.transcripts.notes import read_transcript
from app.transcripts.saving import ExportPlan
from tests.app.capture.videos import number_of, numbered_image
from tests.app.transcripts.making import line, write_journal

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from app.capture.base import Image


def decoded(data: bytes) -> Image:
    """The pixels of a JPEG, RGB."""
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB).astype(np.uint8)


def write_frames(journal: Path, *indices: int) -> None:
    """Keep a picture, which shows the number of its line, with each of these lines."""
    writer = KeyFrameWriter(journal, 64, lambda _index: None)
    for index in indices:
        writer.put(index, numbered_image(index))
    writer.close()


def test_a_wide_picture_is_shrunk_and_keeps_its_colours() -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    image[:, :, 0] = 200
    small = decoded(encoded(image, 80))
    assert small.shape == (45, 80, 3)
    assert np.abs(small.astype(int) - [200, 0, 0]).max() < 8
    assert decoded(encoded(image, 640)).shape == image.shape


def test_pictures_are_written_and_told_of(tmp_path: Path) -> None:
    saved: list[int] = []
    writer = KeyFrameWriter(tmp_path / "session.jsonl", 64, saved.append)
    for index in (3, 5):
        writer.put(index, numbered_image(index))
    writer.close()
    assert saved == [3, 5]
    folder = tmp_path / "session.frames"
    assert sorted(path.name for path in folder.iterdir()) == ["000003.jpg", "000005.jpg"]
    assert number_of(decoded((folder / "000005.jpg").read_bytes())) == 5


def test_a_disk_that_takes_no_pictures_is_noted_and_forgiven(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved: list[int] = []
    writer = KeyFrameWriter(tmp_path / "missing" / "session.jsonl", 64, saved.append)
    writer.put(0, numbered_image(0))
    writer.close()
    assert saved == []
    assert "cannot be written" in caplog.text


def test_markdown_takes_copies_of_the_pictures_that_are_there(tmp_path: Path) -> None:
    journal = write_journal(tmp_path, "Kick-off!", "A pass.")
    write_frames(journal, 1)
    target = tmp_path / "out" / "the talk.md"
    export(read_transcript(journal), target, key_frames=key_frame_folder(journal))
    text = target.read_text("utf-8")
    assert text.count("![") == 1
    assert "](the%20talk_frames/000001.jpg)" in text
    copied = target.parent / "the talk_frames" / key_frame_name(1)
    assert number_of(decoded(copied.read_bytes())) == 1


def test_without_pictures_no_folder_is_made(tmp_path: Path) -> None:
    assert copy_key_frames(tmp_path / "none", tmp_path / "target", [line(0, "Hm.")]) == frozenset()
    assert not (tmp_path / "target").exists()


def test_a_plan_writes_its_formats_and_overwrites_nothing(tmp_path: Path) -> None:
    journal = write_journal(tmp_path, "Kick-off!")
    plan = ExportPlan(tmp_path / "out", (TranscriptFormat.SRT, TranscriptFormat.MARKDOWN))
    first, second = plan.write(journal), plan.write(journal)
    assert [path.suffix for path in first] == [".srt", ".md"]
    assert len({*first, *second}) == 4
    assert all(path.name.startswith("match_3 2023-11-1") for path in first)
