"""The journal survives what comes after it, and tells a crash from a running session."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import TranscriptError
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import (
    Journal,
    finish_journal,
    read_journal,
    unfinished_journals,
)
from app.transcripts.line import TranscriptLine
from app.transcripts.records import End, Header, from_json, to_json
from app.transcripts.saving import export_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = Header(
    source="screen:0,0,640,360",
    model="bundled",
    started_at=1_700_000_000.0,
    settings={"sample_fps": 2.0, "instruction": "Speak up.", "max_pixels": None},
)
LINES = (
    TranscriptLine(0, 0.0, 1.0, "Kick-off!", 10.0, 10.4, 10.2),
    TranscriptLine(1, 1.0, 2.0, "", 11.0, 11.1),
    TranscriptLine(2, 2.0, 3.0, "Was für ein Tor 🎉", 12.0, 12.5, 12.1, "Who leads?"),
)


def _write(folder: Path) -> Path:
    with Journal(folder, HEADER) as journal:
        for line in LINES:
            journal.append(line)
    return journal.path


def _tear(path: Path, num_bytes: int) -> None:
    """Cut the file as a crash in the middle of a write would."""
    path.write_bytes(path.read_bytes()[:num_bytes])


def test_a_finished_journal_reads_back(tmp_path: Path) -> None:
    transcript = read_journal(_write(tmp_path))
    assert (transcript.header, transcript.lines) == (HEADER, LINES)
    assert transcript.end is not None
    assert transcript.spoken == (LINES[0], LINES[2])
    assert unfinished_journals(tmp_path) == ()
    assert [path.suffix for path in tmp_path.iterdir()] == [".jsonl"]


def test_a_line_stands_on_the_disk_before_append_returns(tmp_path: Path) -> None:
    with Journal(tmp_path, HEADER) as journal:
        for count, line in enumerate(LINES, 1):
            journal.append(line)
            assert read_journal(journal.path).lines == LINES[:count]


@settings(max_examples=30)
@given(share=st.floats(0, 1))
def test_a_torn_journal_keeps_every_whole_line(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    path = _write(tmp_path_factory.mktemp("journal"))
    content = path.read_bytes()
    header_bytes = content.index(b"\n") + 1
    kept = header_bytes + round(share * (len(content) - header_bytes))
    _tear(path, kept)
    num_whole = min(content[:kept].count(b"\n") - 1, len(LINES))
    assert read_journal(path).lines == LINES[:num_whole]


def test_recovery_finds_finishes_and_forgets_a_torn_journal(tmp_path: Path) -> None:
    path = _write(tmp_path)
    _tear(path, path.stat().st_size - 10)
    assert unfinished_journals(tmp_path) == (path,)
    assert finish_journal(path).lines == LINES
    assert unfinished_journals(tmp_path) == ()
    recovered = read_journal(path)
    assert recovered.lines == LINES
    assert recovered.end is not None
    assert recovered.end.reason == "recovered"


def test_a_journal_that_is_being_written_is_not_unfinished(tmp_path: Path) -> None:
    with Journal(tmp_path, HEADER) as journal:
        journal.append(LINES[0])
        assert unfinished_journals(tmp_path) == ()
        with pytest.raises(TranscriptError, match="still being written"):
            finish_journal(journal.path)


def test_two_journals_of_one_moment_get_two_files(tmp_path: Path) -> None:
    assert len({_write(tmp_path), _write(tmp_path), _write(tmp_path)}) == 3


@pytest.mark.parametrize("source", ["/home/a/final.mp4", r"C:\Users\a\Videos\final.mp4"])
def test_a_journal_is_named_after_the_file_without_its_folders(tmp_path: Path, source: str) -> None:
    with Journal(tmp_path, replace(HEADER, source=source)) as journal:
        assert journal.path.name.startswith("final-mp4-")


def test_exports_stand_beside_the_journal(tmp_path: Path) -> None:
    path = _write(tmp_path)
    written = export_beside(path, tuple(TranscriptFormat))
    assert [file.suffix for file in written] == [".jsonl", ".srt", ".vtt", ".txt", ".md"]
    assert all(file.stem == path.stem for file in written)


def test_damage_in_the_middle_is_named_by_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path)
    head, _, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, "{nonsense", *rest]) + "\n", "utf-8")
    with pytest.raises(TranscriptError, match="line 2"):
        read_journal(path)


def test_a_file_without_header_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(to_json(LINES[0]) + "\n", "utf-8")
    with pytest.raises(TranscriptError, match="header"):
        read_journal(path)
    with pytest.raises(TranscriptError, match="cannot be read"):
        read_journal(tmp_path / "missing.jsonl")


def test_a_folder_that_cannot_be_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(TranscriptError, match="choose another folder"):
        Journal(file / "below", HEADER)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_journal_whose_end_finds_no_room_says_so_and_is_given_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path, HEADER)
    with no_room_in(journal.path), pytest.raises(TranscriptError, match="is the disk full"):
        journal.close()
    journal.close()
    assert [path.name for path in tmp_path.iterdir()] == [journal.path.name]


@contextmanager
def no_room_in(path: Path) -> Iterator[None]:
    """The file cannot grow within the block, as on a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("record", [HEADER, *LINES, End(5.0, "the video has ended")])
def test_records_read_back(record: Header | TranscriptLine | End) -> None:
    assert from_json(to_json(record)) == record


@pytest.mark.parametrize("text", ["", "[1]", '{"kind": "other"}', '{"kind": "line", "index": 1}'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(TranscriptError, match="record"):
        from_json(text)


@pytest.mark.parametrize("value", [None, 7, []])
@pytest.mark.parametrize("record", [Header("match", "bundled", 0.0), TranscriptLine(0, 0, 1, "Go")])
def test_a_record_with_a_value_of_another_type_is_refused(
    record: Header | TranscriptLine, value: object
) -> None:
    name = "text" if isinstance(record, TranscriptLine) else "source"
    with pytest.raises(TranscriptError, match="does not fit"):
        from_json(json.dumps(json.loads(to_json(record)) | {name: value}))
