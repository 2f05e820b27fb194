"""The JSON records of a journal: one header, then lines, then one end."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast

from app.errors import TranscriptError
from app.transcripts.line import TranscriptLine

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
    """

    source: str
    model: str
    started_at: float
    settings: Settings = field(default_factory=dict[str, str | float | int | bool | None])
    version: int = FORMAT_VERSION


@dataclass(frozen=True, slots=True)
class End:
    """A transcript that was finished in order."""

    ended_at: float
    reason: str = ""


Record = Header | TranscriptLine | End

_KINDS: Mapping[str, type[Header | TranscriptLine | End]] = {
    "header": Header,
    "line": TranscriptLine,
    "end": End,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(record: Record) -> str:
    """One JSON object in one line; lines also say whether they are silent and their latency."""
    values: dict[str, Any] = {"kind": _NAMES[type(record)], **asdict(record)}
    if isinstance(record, TranscriptLine):
        values |= {"is_silent": record.is_silent, "latency_s": round(record.latency_s, 3)}
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
    known = {field.name for field in fields(kind)}
    try:
        return kind(**{name: value for name, value in values.items() if name in known})
    except TypeError as error:
        raise TranscriptError(f"a record of kind {values['kind']!r} is incomplete") from error
