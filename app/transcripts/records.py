"""The JSON records of transcripts.

A journal holds one header, then lines, then one end. What a person changes later, notes, goes to
a file of its own beside it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

from app.errors import TranscriptError
from app.plain import MisfitError, from_plain
from app.transcripts.line import TranscriptLine, one_line
from app.transcripts.retiming import Retiming

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION = 1

Settings = dict[str, str | float | int | bool | None]


@dataclass(frozen=True, slots=True)
class Header:
    """What a transcript is of.

    Attributes:
        source: The source as a person writes it.
        started_at: Unix time.
        settings: The stream's and the sampling's settings and the instruction, by name.
        title: The name that a person gave it, else empty.
    """

    source: str
    model: str
    started_at: float
    settings: Settings = field(default_factory=dict[str, str | float | int | bool | None])
    version: int = FORMAT_VERSION
    title: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """A transcript that was finished in order."""

    ended_at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TextNote:
    """The line `index` reads `text` from now on.

    Raises:
        TranscriptError: The text is empty: a line can be reworded, not emptied.
    """

    index: int
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", one_line(self.text))
        if not self.text:
            raise TranscriptError("A line must keep at least one word.")


@dataclass(frozen=True, slots=True)
class HighlightNote:
    """The line `index` is a highlight from now on, or no longer."""

    index: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class TimingNote:
    """The kept times mean those that `Retiming(offset_s, scale)` makes of them."""

    offset_s: float
    scale: float

    def __post_init__(self) -> None:
        Retiming(self.offset_s, self.scale)  # raises where they are none


@dataclass(frozen=True, slots=True)
class TitleNote:
    """The transcript is called `title` from now on; empty gives it its own name back."""

    title: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))


Note = TextNote | HighlightNote | TimingNote | TitleNote
Record = Header | TranscriptLine | End | Note

_KINDS: Mapping[str, type[Record]] = {
    "header": Header,
    "line": TranscriptLine,
    "end": End,
    "text": TextNote,
    "highlight": HighlightNote,
    "timing": TimingNote,
    "title": TitleNote,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(record: Record, **further: str | float | bool) -> str:
    """One JSON object in one line; lines also say whether they are silent and their latency.

    Args:
        record: What to write.
        further: Values that are added for other programs; they are not read back.
    """
    values: dict[str, Any] = {"kind": _NAMES[type(record)], **asdict(record)}
    if isinstance(record, TranscriptLine):
        values |= {"is_silent": record.is_silent, "latency_s": round(record.latency_s, 3)}
    values |= further
    return json.dumps(values, ensure_ascii=False)


def from_json(text: str) -> Record:
    """The record that `to_json` wrote; names it does not know are left out.

    Raises:
        TranscriptError: It is no such record.
    """
    try:
        values = cast("object", json.loads(text))
    except ValueError as error:
        raise TranscriptError("a record is no JSON") from error
    if not isinstance(values, dict):
        raise TranscriptError("a record is no JSON object")
    return _record_of(cast("dict[str, Any]", values))


def _record_of(values: dict[str, Any]) -> Record:
    kind = _KINDS.get(str(values.get("kind")))
    if kind is None:
        raise TranscriptError(f"a record is of the unknown kind {values.get('kind')!r}")
    try:
        return from_plain(kind, values)
    except MisfitError as error:
        raise TranscriptError(
            f"a record of kind {values['kind']!r} does not fit: {error}"
        ) from error
