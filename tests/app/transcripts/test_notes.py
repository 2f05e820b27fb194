"""What a person changes is kept, can be put back, and shows in every export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import TranscriptError
from app.transcripts.cues import Cue, cues_of
from app.transcripts.export import parse, render
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import Journal, Transcript, read_journal
from app.transcripts.line import TranscriptLine, one_line
from app.transcripts.notes import (
    Notes,
    gathered,
    notes_path,
    read_notes,
    read_transcript,
    take_notes,
)
from app.transcripts.records import (
    HighlightNote,
    Note,
    TextNote,
    TimingNote,
    TitleNote,
    from_json,
    to_json,
)
from app.transcripts.retiming import Retiming
from tests.app.transcripts.making import header, line, write_journal

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ("Kick-off!", "A pass.", "", "Goal!")

indices = st.integers(0, len(TEXTS) - 1)
notes = st.one_of(
    st.builds(TextNote, indices, st.text(min_size=1).filter(one_line)),
    st.builds(HighlightNote, indices, st.booleans()),
    st.builds(TimingNote, st.floats(-100, 100), st.floats(0.1, 10)),
    st.builds(TitleNote, st.text()),
)


def test_without_notes_a_transcript_is_its_journal(tmp_path: Path) -> None:
    path = write_journal(tmp_path, *TEXTS)
    assert read_transcript(path) == read_journal(path)
    assert not notes_path(path).exists()


def test_notes_change_what_is_read_and_never_the_journal(tmp_path: Path) -> None:
    path = write_journal(tmp_path, *TEXTS)
    before = path.read_bytes()
    for note in (TextNote(1, "A long pass."), HighlightNote(3, True), TitleNote("The final")):
        take_notes(path, note)
    changed = read_transcript(path)
    assert [line.text for line in changed.lines] == ["Kick-off!", "A long pass.", "", "Goal!"]
    assert changed.highlights == {3}
    assert changed.header.title == "The final"
    assert path.read_bytes() == before


def test_notes_are_taken_while_a_session_writes(tmp_path: Path) -> None:
    with Journal(tmp_path, header()) as journal:
        journal.append(line(0, "Goal!"))
        take_notes(journal.path, TextNote(0, "No goal."))
        journal.append(line(1, "Offside."))
        texts = [line.text for line in read_transcript(journal.path).lines]
    assert texts == ["No goal.", "Offside."]


@settings(max_examples=40)  # it writes to the disk
@given(taken=st.lists(notes, min_size=1, max_size=6))
def test_what_was_noted_reads_back(
    tmp_path_factory: pytest.TempPathFactory, taken: list[Note]
) -> None:
    path = tmp_path_factory.mktemp("notes") / "session.jsonl"
    first, *others = taken
    take_notes(path, first)
    take_notes(path, *others)
    assert read_notes(path) == gathered(taken)


@given(notes)
def test_records_of_notes_read_back(note: Note) -> None:
    assert from_json(to_json(note)) == note


@pytest.mark.parametrize("format_", TranscriptFormat)
@given(taken=st.lists(notes, max_size=6))
def test_exports_hold_edits_and_right_times(format_: TranscriptFormat, taken: list[Note]) -> None:
    kept = Transcript(header(), tuple(line(index, text) for index, text in enumerate(TEXTS)))
    changed = gathered(taken).applied(kept)
    assert parse(render(changed, format_), format_) == cues_of(changed.lines)


def test_a_later_note_takes_the_place_of_an_earlier_one() -> None:
    notes = gathered(
        [TextNote(0, "One."), TextNote(0, "Two."), HighlightNote(0, True), HighlightNote(0, False)]
    )
    assert notes == Notes(texts={0: "Two."})


def test_a_torn_note_is_left_out_and_the_next_one_takes_its_place(tmp_path: Path) -> None:
    path = write_journal(tmp_path, *TEXTS)
    take_notes(path, TextNote(0, "One."))
    take_notes(path, TextNote(0, "Two."))
    notes_file = notes_path(path)
    notes_file.write_bytes(notes_file.read_bytes()[:-5])
    assert read_notes(path).texts == {0: "One."}
    take_notes(path, HighlightNote(0, True))
    assert read_notes(path) == Notes(texts={0: "One."}, highlights=frozenset({0}))


def test_a_line_cannot_be_emptied() -> None:
    with pytest.raises(TranscriptError, match="at least one word"):
        TextNote(0, " \n ")


def test_a_folder_that_takes_no_notes_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(TranscriptError, match="cannot be kept"):
        take_notes(file / "session.jsonl", TextNote(0, "One."))


def test_times_are_shifted_and_never_negative() -> None:
    shifted = Retiming().shifted(-1.5)
    times = [(cue.start_s, cue.end_s) for cue in cues_of(map(shifted.retimed, _said()))]
    assert times == [(0.0, 0.0), (0.0, 0.5), (1.5, 2.5)]
    assert cues_of(map(shifted.shifted(1.5).retimed, _said())) == cues_of(_said())


def _said() -> list[TranscriptLine]:
    return [line(index, text) for index, text in enumerate(TEXTS)]


points = st.tuples(st.floats(0, 1000), st.floats(0, 1000))


@given(first=points, length=st.floats(1, 1000), scale=st.floats(0.2, 5))
def test_two_points_lie_where_they_were_told_to(
    first: tuple[float, float], length: float, scale: float
) -> None:
    second = first[0] + length, first[1] + scale * length
    mended = Retiming.through(first, second)
    assert mended(first[0]) == pytest.approx(first[1], abs=1e-6)
    assert mended(second[0]) == pytest.approx(second[1], abs=1e-6)
    assert mended.kept_s(mended(second[0])) == pytest.approx(second[0], abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ((1.0, 1.0), (1.0, 2.0), "different times"),
        ((1.0, 5.0), (2.0, 4.0), "stay the later"),
        ((0.0, 0.0), (1.0, 100.0), "check the two points"),
    ],
)
def test_impossible_points_are_refused(
    first: tuple[float, float], second: tuple[float, float], reason: str
) -> None:
    with pytest.raises(TranscriptError, match=reason):
        Retiming.through(first, second)


def test_the_cue_of_an_edited_line_keeps_its_time() -> None:
    kept = Transcript(header(), (line(7, "Goal?"),))
    changed = gathered([TextNote(7, "Goal!")]).applied(kept)
    assert cues_of(changed.lines) == (Cue(7.0, 8.0, "Goal!"),)
