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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pysubs2 import SSAEvent, SSAFile
from pysubs2.exceptions import Pysubs2Error

from app.errors import TranscriptError
from app.replacing import replacing
from app.transcripts.clock import format_clock, parse_clock
from app.transcripts.cues import Cue, cues_of
from app.transcripts.formats import TranscriptFormat
from app.transcripts.key_frames import copy_key_frames, key_frame_name
from app.transcripts.line import WORD_JOINER, TranscriptLine
from app.transcripts.markdown import parse_markdown, render_markdown
from app.transcripts.records import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from app.transcripts.journal import Transcript

_MARKUP = re.compile(r"(?<=\\)(?=[nNh])|(?<=\{)(?=\\)|(?<=--)(?=>)")
_TIMESTAMP = re.compile(r"\d:\d{1,2}[.,]\d")
_COLON_IN_TIME = re.compile(r"(?<=\d:)(?=\d)")
_TEXT_LINE = re.compile(r"\[([\d:.]+) - ([\d:.]+)\] (.*)")


def _no_picture(_line: TranscriptLine) -> str | None:
    return None


def render(
    transcript: Transcript,
    format_: TranscriptFormat,
    picture_of: Callable[[TranscriptLine], str | None] = _no_picture,
) -> str:
    """The content of an export. SRT and WebVTT hold at most 100 hours.

    Args:
        transcript: What to write.
        format_: How to write it.
        picture_of: Gives the address of a line's key frame, for Markdown.
    """
    match format_:
        case TranscriptFormat.SRT | TranscriptFormat.VTT:
            return _subtitles(cues_of(transcript.lines), format_)
        case TranscriptFormat.TXT:
            return "".join(f"{_text_line(cue)}\n" for cue in cues_of(transcript.lines))
        case TranscriptFormat.JSONL:
            return "".join(f"{record}\n" for record in _records(transcript))
        case TranscriptFormat.MARKDOWN:
            return render_markdown(transcript, picture_of)


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
        case TranscriptFormat.MARKDOWN:
            return parse_markdown(content)


def export(
    transcript: Transcript,
    path: Path,
    format_: TranscriptFormat | None = None,
    *,
    key_frames: Path | None = None,
) -> None:
    """Write an export whole or not at all; the format is taken from the suffix if not given.

    Args:
        transcript: What to write.
        path: Where to; a file that is there is replaced.
        format_: How to write it.
        key_frames: The folder of the transcript's key frames, of which Markdown takes copies.

    Raises:
        TranscriptError: The suffix is unknown or the file cannot be written.
    """
    format_ = format_ or _format_of(path)
    picture_of = _no_picture
    try:
        if key_frames is not None and format_ is TranscriptFormat.MARKDOWN:
            pictures = path.with_name(f"{path.stem}_frames")
            copied = copy_key_frames(key_frames, pictures, transcript.spoken)
            picture_of = partial(_picture, pictures.name, copied)
        _write_atomically(path, render(transcript, format_, picture_of))
    except OSError as error:
        raise TranscriptError(
            f"{path} cannot be written ({error.strerror}); choose another folder."
        ) from error


def _picture(folder: str, copied: frozenset[int], line: TranscriptLine) -> str | None:
    return f"{folder}/{key_frame_name(line.index)}" if line.index in copied else None


def _records(transcript: Transcript) -> Iterator[str]:
    yield to_json(transcript.header)
    for line in transcript.lines:
        yield to_json(line, is_highlight=line.index in transcript.highlights)
    if transcript.end is not None:
        yield to_json(transcript.end)


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
    with replacing(path, temporary):
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes it private


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
    return f"[{format_clock(cue.start_s)} - {format_clock(cue.end_s)}] {cue.text}"


def _parse_text_line(line: str) -> Cue:
    found = _TEXT_LINE.fullmatch(line)
    if found is None:
        raise TranscriptError(f"{line!r} is no line of a transcript")
    start, end, text = found.groups()
    return Cue(parse_clock(start), parse_clock(end), text)
