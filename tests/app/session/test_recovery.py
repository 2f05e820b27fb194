"""A session whose process is killed loses nothing that was said."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from app.capture.specs import FileSpec
from app.session.hosting import SessionHost
from app.session.messages import KeyFrameKept, LineSpoken, MetersUpdated, TranscriptSaved
from app.session.request import SessionRequest
from app.session.session import Session
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import Journal, read_journal
from app.transcripts.key_frames import key_frame_folder, key_frame_name
from app.transcripts.naming import NameTemplate
from app.transcripts.recovery import recover_all
from app.transcripts.saving import ExportPlan
from tests.app.capture.videos import constant_times, write_video
from tests.app.session.scripted import ScriptedCommentators
from tests.app.transcripts.making import header, line, write_journal
from tests.engine.checkpoints import save_checkpoint

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "numbers.mp4"
    return write_video(path, constant_times(5, 20), rate=5)


@pytest.mark.skipif(sys.platform == "win32", reason="kills the way Linux does")
def test_a_killed_session_is_recovered_with_every_line_it_told_of(
    video: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    host = SessionHost()
    model = str(save_checkpoint(tmp_path_factory.mktemp("model")))
    session = host(SessionRequest(FileSpec(video), model, pace="max", output_folder=tmp_path))
    session.start()
    messages = session.messages()
    told = 0
    while told < 3:
        told += isinstance(next(messages), MetersUpdated)
    assert recover_all(tmp_path) == ()  # it runs
    process = host.process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert not any(isinstance(message, TranscriptSaved) for message in messages)
    (recovered,) = recover_all(tmp_path)
    host.close()
    assert len(recovered.transcript.lines) >= told
    spoken = tuple(line.text for line in session.transcript)
    assert tuple(line.text for line in recovered.transcript.spoken)[: len(spoken)] == spoken
    assert recover_all(tmp_path) == ()


def test_only_what_broke_off_is_recovered(tmp_path: Path) -> None:
    whole = write_journal(tmp_path, "Goal!")
    torn = write_journal(tmp_path, "Save!", "Pass.")
    torn.write_bytes(torn.read_bytes()[:-40])
    empty = write_journal(tmp_path)
    empty.write_bytes(empty.read_bytes().splitlines(keepends=True)[0])
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_text("nonsense\n", "utf-8")
    with Journal(tmp_path, header()) as running:
        running.append(line(0, "Kick-off!"))
        assert [found.journal for found in recover_all(tmp_path)] == [torn]
    assert read_journal(whole).end is not None
    assert damaged.exists()
    assert not empty.exists()


def test_a_journal_without_a_byte_is_removed_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its program was killed between opening it and writing its header."""
    empty = tmp_path / "match-1-20261128-184611.jsonl"
    empty.touch()
    assert recover_all(tmp_path) == ()
    assert not empty.exists()
    assert not caplog.messages


def test_lines_come_with_key_frames_and_exports_go_where_they_were_wanted(
    video: Path, tmp_path: Path
) -> None:
    plan = ExportPlan(
        tmp_path / "talks",
        (TranscriptFormat.MARKDOWN, TranscriptFormat.TXT),
        NameTemplate("{source}"),
    )
    request = SessionRequest(
        FileSpec(video),
        seconds=4,
        pace="max",
        output_folder=tmp_path / "journals",
        key_frame_px=48,
        autosave=plan,
    )
    session = Session(request, commentators=ScriptedCommentators())
    session.start()
    messages = list(session.messages())
    spoken = [message.line.index for message in messages if isinstance(message, LineSpoken)]
    kept = [message.line_index for message in messages if isinstance(message, KeyFrameKept)]
    assert kept == spoken == [0, 1, 3]  # the third round is silent
    (saved,) = [message for message in messages if isinstance(message, TranscriptSaved)]
    journal, *exports = saved.paths
    assert [path.name for path in exports] == ["numbers.mp4.md", "numbers.mp4.txt"]
    frames = key_frame_folder(journal)
    assert sorted(path.name for path in frames.iterdir()) == [key_frame_name(i) for i in spoken]
    assert exports[0].read_text("utf-8").count("](numbers.mp4_frames/") == len(spoken)
