"""Exports parse back to the lines they were made of, whatever was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import TranscriptError
from app.transcripts.cues import Cue, cues_of
from app.transcripts.export import export, parse, render
from app.transcripts.formats import TranscriptFormat, parse_formats
from app.transcripts.journal import Transcript
from app.transcripts.line import TranscriptLine, one_line
from app.transcripts.records import Header

if TYPE_CHECKING:
    from pathlib import Path

HEADER = Header(source="match:1", model="bundled", started_at=0.0)
ODD_TEXTS = (
    "Goal --> 2:1!",
    "00:00:01,000 --> 00:00:02,000",
    "between 00:01.250 and 00:02.750",
    "line one\nline two\n\nline four",
    r"a path C:\new\Nice\hello {\an8}top",
    "<i>loud</i> & <b>bold</b> &amp; 5 < 6 > 4 &copy",
    "هدف! שער 得点 🎉 \u202eRTL\u202c",
    "{curly} [square] 7",
    "42",
    "WEBVTT",
    "\ufeffbyte order mark",
)

texts = st.text(max_size=40) | st.text(alphabet="<>-&;{}\\nNhp1:.,0 \n\r#", max_size=30)


def _lines(said: list[tuple[int, int, str]]) -> tuple[TranscriptLine, ...]:
    """Lines one after the other, from pauses and lengths in milliseconds."""
    lines: list[TranscriptLine] = []
    now_ms = 0
    for index, (pause_ms, length_ms, text) in enumerate(said):
        start_ms = now_ms + pause_ms
        now_ms = start_ms + length_ms
        lines.append(TranscriptLine(index, start_ms / 1000, now_ms / 1000, text))
    return tuple(lines)


@pytest.mark.parametrize("format_", TranscriptFormat)
@given(said=st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(1, 90_000), texts)))
@example(said=[(333, 667, text) for text in ODD_TEXTS])
def test_exports_parse_back_to_the_same_lines(
    format_: TranscriptFormat, said: list[tuple[int, int, str]]
) -> None:
    lines = _lines(said)
    content = render(Transcript(HEADER, lines), format_)
    assert parse(content, format_) == cues_of(lines)


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    cleaned = one_line(text)
    assert cleaned == one_line(cleaned)
    assert len(cleaned.splitlines()) <= 1
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@pytest.mark.parametrize(("start_s", "end_s"), [(1 / 3, 2 / 3), (12.0005, 13.0004), (0.1, 0.3)])
def test_times_are_kept_to_the_millisecond(start_s: float, end_s: float) -> None:
    line = TranscriptLine(0, start_s, end_s, "So close.")
    for format_ in TranscriptFormat:
        (cue,) = parse(render(Transcript(HEADER, (line,)), format_), format_)
        assert (cue.start_s, cue.end_s) == (line.start_s, line.end_s)
        assert abs(cue.start_s - start_s) <= 0.0005001


def test_silent_rounds_are_in_jsonl_only() -> None:
    transcript = Transcript(HEADER, _lines([(0, 1000, "Kick-off."), (0, 1000, "")]))
    assert '"is_silent": true' in render(transcript, TranscriptFormat.JSONL)
    for format_ in TranscriptFormat:
        assert parse(render(transcript, format_), format_) == (Cue(0.0, 1.0, "Kick-off."),)


def test_an_export_replaces_a_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "talk.srt"
    export(Transcript(HEADER, _lines([(0, 1000, "old"), (0, 1000, "older")])), path)
    export(Transcript(HEADER, _lines([(0, 1000, "new")])), path)
    assert parse(path.read_text("utf-8"), TranscriptFormat.SRT) == (Cue(0.0, 1.0, "new"),)
    assert [file.name for file in path.parent.iterdir()] == ["talk.srt"]


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match=r"talk\.doc must end in one of \.srt"):
        export(Transcript(HEADER), tmp_path / "talk.doc")


def test_formats_are_read_once_each() -> None:
    assert parse_formats("srt, VTT,srt") == (TranscriptFormat.SRT, TranscriptFormat.VTT)
    with pytest.raises(TranscriptError, match="doc"):
        parse_formats("srt,doc")


@pytest.mark.parametrize(
    "span", [(-1.0, 2.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))]
)
def test_impossible_times_are_refused(span: tuple[float, float]) -> None:
    with pytest.raises(TranscriptError, match="cannot"):
        TranscriptLine(0, *span, "text")
