"""Transcripts as Markdown: a head that tells of the session, then its lines with key frames."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from app.transcripts.clock import format_clock, parse_clock
from app.transcripts.cues import Cue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.transcripts.journal import Transcript
    from app.transcripts.line import TranscriptLine

STAR = "★"
_ESCAPED = re.compile(r"([\\`*_\[\]<>&#!~|$])")  # what means something within a line
_UNESCAPED = re.compile(r"\\([\\`*_\[\]<>&#!~|$])")
_LINE = re.compile(rf"\*\*([\d:.]+) - ([\d:.]+)(?: {STAR})?\*\* (.*)")


def render_markdown(
    transcript: Transcript, picture_of: Callable[[TranscriptLine], str | None]
) -> str:
    """The Markdown text.

    Args:
        transcript: What to write.
        picture_of: Gives the address of a line's key frame, relative to the file.
    """
    lines = transcript.spoken
    body = (_paragraphs(line, line.index in transcript.highlights, picture_of) for line in lines)
    return "".join([*_head(transcript), *(part for parts in body for part in parts)])


def parse_markdown(content: str) -> tuple[Cue, ...]:
    """The cues of `render_markdown`'s text."""
    found = (_LINE.fullmatch(line) for line in content.split("\n"))
    return tuple(
        Cue(parse_clock(line[1]), parse_clock(line[2]), _UNESCAPED.sub(r"\1", line[3]))
        for line in found
        if line is not None
    )


def _head(transcript: Transcript) -> Iterator[str]:
    header = transcript.header
    moment = datetime.fromtimestamp(header.started_at).astimezone()
    yield f"# {_escaped(header.title or header.source)}\n\n"
    yield f"- Source: {_escaped(header.source)}\n"
    yield f"- Model: {_escaped(header.model)}\n"
    yield f"- Started: {moment:%Y-%m-%d %H:%M:%S}\n\n"


def _paragraphs(
    line: TranscriptLine, is_highlight: bool, picture_of: Callable[[TranscriptLine], str | None]
) -> Iterator[str]:
    picture = picture_of(line)
    if picture is not None:
        yield f"![{format_clock(line.start_s)}]({quote(picture)})\n\n"
    if line.question:
        yield f"> {_escaped(line.question)}\n\n"
    star = f" {STAR}" if is_highlight else ""
    span = f"{format_clock(line.start_s)} - {format_clock(line.end_s)}"
    yield f"**{span}{star}** {_escaped(line.text)}\n\n"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)
