r"""Exports of a transcript, and reading them back to equal lines.

pysubs2 writes and reads SRT and WebVTT. It treats some character sequences as markup (`\N`, `{\`)
and a line with two timestamps as the start of a cue; where commentary holds such a thing, an
invisible word joiner keeps it apart. WebVTT's own markup characters are escaped as it demands.
"""

from __future__ import annotations

import html
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pysubs2 import SSAEvent, SSAFile
from pysubs2.exceptions import Pysubs2Error

from app.errors import TranscriptError
from app.transcripts.formats import TranscriptFormat
from app.transcripts.line import WORD_JOINER, TranscriptLine
from app.transcripts.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.transcripts.journal import Transcript

_MARKUP = re.compile(r"(?<=\\)(?=[nNh])|(?<=\{)(?=\\)|(?<=--)(?=>)")
_TIMESTAMP = re.compile(r"\d:\d{1,2}[.,]\d")
_COLON_IN_TIME = re.compile(r"(?<=\d:)(?=\d)")
_TEXT_LINE = re.compile(r"\[([\d:.]+) - ([\d:.]+)\] (.*)")


@dataclass(frozen=True, slots=True)
class Cue:
    """What every export keeps of a spoken line."""

    start_s: float
    end_s: float
    text: str


def cues_of(lines: Iterable[TranscriptLine]) -> tuple[Cue, ...]:
    """The cues of the lines that are not silent."""
    return tuple(Cue(line.start_s, line.end_s, line.text) for line in lines if not line.is_silent)


def render(transcript: Transcript, format_: TranscriptFormat) -> str:
    """The content of an export. SRT and WebVTT hold at most 100 hours."""
    match format_:
        case TranscriptFormat.SRT | TranscriptFormat.VTT:
            return _subtitles(cues_of(transcript.lines), format_)
        case TranscriptFormat.TXT:
            return "".join(f"{_text_line(cue)}\n" for cue in cues_of(transcript.lines))
        case TranscriptFormat.JSONL:
            end = () if transcript.end is None else (transcript.end,)
            records = (transcript.header, *transcript.lines, *end)
            return "".join(f"{to_json(record)}\n" for record in records)


def parse(content: str, format_: TranscriptFormat) -> tuple[Cue, ...]:
    """The cues of an export.

    Raises:
        TranscriptError: It is no such export.
    """
    match format_:
        case TranscriptFormat.SRT | TranscriptFormat.VTT:
            return _parse_subtitles(content, format_)
        case TranscriptFormat.TXT:
            return tuple(_parse_text_line(line) for line in content.split("\n") if line)
        case TranscriptFormat.JSONL:
            records = [from_json(line) for line in content.split("\n") if line]
            return cues_of(record for record in records if isinstance(record, TranscriptLine))


def export(transcript: Transcript, path: Path, format_: TranscriptFormat | None = None) -> None:
    """Write an export whole or not at all; the format is taken from the suffix if not given.

    Raises:
        TranscriptError: The suffix is unknown or the file cannot be written.
    """
    format_ = format_ or _format_of(path)
    try:
        _write_atomically(path, render(transcript, format_))
    except OSError as error:
        raise TranscriptError(
            f"{path} cannot be written ({error.strerror}); choose another folder."
        ) from error


def _format_of(path: Path) -> TranscriptFormat:
    try:
        return TranscriptFormat(path.suffix.lstrip(".").lower())
    except ValueError as error:
        known = ", ".join(f".{format_.value}" for format_ in TranscriptFormat)
        raise TranscriptError(f"{path.name} must end in one of {known}.") from error


def _write_atomically(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes it private
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _subtitles(cues: Iterable[Cue], format_: TranscriptFormat) -> str:
    file = SSAFile()
    for cue in cues:
        text = html.escape(cue.text, quote=False) if format_ is TranscriptFormat.VTT else cue.text
        start_ms, end_ms = round(cue.start_s * 1000), round(cue.end_s * 1000)
        file.append(SSAEvent(start=start_ms, end=end_ms, text=_guarded(text)))
    return file.to_string(format_.value, keep_ssa_tags=True)


def _parse_subtitles(content: str, format_: TranscriptFormat) -> tuple[Cue, ...]:
    try:
        file = SSAFile.from_string(content, format_=format_.value, keep_html_tags=True)
    except Pysubs2Error as error:
        raise TranscriptError(f"this is no {format_.value} file") from error
    return tuple(
        Cue(event.start / 1000, event.end / 1000, _unguarded(event.text, format_)) for event in file
    )


def _guarded(text: str) -> str:
    text = _MARKUP.sub(WORD_JOINER, text)
    has_two_times = len(_TIMESTAMP.findall(text)) > 1
    return _COLON_IN_TIME.sub(WORD_JOINER, text) if has_two_times else text


def _unguarded(text: str, format_: TranscriptFormat) -> str:
    text = text.replace(WORD_JOINER, "")
    return html.unescape(text) if format_ is TranscriptFormat.VTT else text


def _text_line(cue: Cue) -> str:
    return f"[{_clock(cue.start_s)} - {_clock(cue.end_s)}] {cue.text}"


def _parse_text_line(line: str) -> Cue:
    found = _TEXT_LINE.fullmatch(line)
    if found is None:
        raise TranscriptError(f"{line!r} is no line of a transcript")
    start, end, text = found.groups()
    return Cue(_seconds(start), _seconds(end), text)


def _clock(time_s: float) -> str:
    """Hours, minutes, seconds and milliseconds."""
    total_s, milliseconds = divmod(round(time_s * 1000), 1000)
    minutes, seconds = divmod(total_s, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def _seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    seconds, milliseconds = rest.split(".")
    total_s = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return (total_s * 1000 + int(milliseconds)) / 1000
