"""The formats that transcripts are exported to."""

from __future__ import annotations

from enum import Enum

from app.errors import TranscriptError


class TranscriptFormat(Enum):
    """An export; the value is the file's suffix without its dot."""

    SRT = "srt"
    VTT = "vtt"
    TXT = "txt"
    JSONL = "jsonl"
    MARKDOWN = "md"


def parse_formats(text: str) -> tuple[TranscriptFormat, ...]:
    """Formats from a comma-separated list, each once, in the order given.

    Raises:
        TranscriptError: A name is none of the formats.
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    try:
        return tuple(dict.fromkeys(TranscriptFormat(name) for name in names))
    except ValueError as error:
        known = ", ".join(format_.value for format_ in TranscriptFormat)
        raise TranscriptError(f"Formats are {known}; {text!r} names another.") from error
