"""Names of exports from a template such as `{source} {date} {time}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import TYPE_CHECKING

from app.errors import TranscriptError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from app.transcripts.records import Header

FIELDS = ("title", "source", "date", "time", "model")
DEFAULT_TEMPLATE = "{source} {date} {time}"
# With folder and suffix these fit the shortest limits: Windows counts characters, Linux bytes.
LONGEST_NAME, LONGEST_NAME_BYTES = 120, 200
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """How exports are called; the suffix is added by the format.

    `{title}` is the name that a person gave the session, else its source.

    Raises:
        TranscriptError: The text is empty, names an unknown field, or holds what no file name may.
    """

    text: str = DEFAULT_TEMPLATE

    def __post_init__(self) -> None:
        fields, literals = _parts(self.text)
        unknown = [name for name in fields if name not in FIELDS]
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise TranscriptError(f"{{{unknown[0]}}} stands for nothing; use {known}.")
        forbidden = _FORBIDDEN.search(literals)
        if forbidden:
            raise TranscriptError(f"A file name cannot hold {forbidden[0]!r}; leave it out.")
        if not (fields or literals.strip(" .")):
            raise TranscriptError("A file name needs at least one letter or field.")

    def fill(self, header: Header) -> str:
        """The name for a session, without suffix; every system can hold it."""
        name = file_name(Formatter().vformat(self.text, (), _values(header)))
        return name if name.strip("_") else "commentary"


def file_name(text: str) -> str:
    """`text` with what no file name may hold replaced by underscores."""
    name = _cut(" ".join(_FORBIDDEN.sub("_", text).split())).strip(" .")
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def unused_path(folder: Path, name: str, suffix: str) -> Path:
    """A path of that name in `folder` that is not taken; a number is added where it must be.

    Raises:
        TranscriptError: The folder cannot be looked into.
    """
    path, number = folder / f"{name}{suffix}", 2
    try:
        while path.exists():
            path, number = folder / f"{name} {number}{suffix}", number + 1
    except OSError as error:
        raise TranscriptError(
            f"{path} cannot be written ({error.strerror}); choose another folder."
        ) from error
    return path


def _cut(name: str) -> str:
    """As much of the name's beginning as may be, in whole characters."""
    encoded = name[:LONGEST_NAME].encode("utf-8", "ignore")
    return encoded[:LONGEST_NAME_BYTES].decode("utf-8", "ignore")


def _parts(text: str) -> tuple[list[str], str]:
    """The fields of a template and everything between them."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise TranscriptError(
            "A brace is open or closed twice; write fields such as {source}."
        ) from error
    if any(rest or conversion for _, _, rest, conversion in parsed):
        raise TranscriptError("Fields are written plainly, such as {date}, with nothing added.")
    fields = [name for _, name, _, _ in parsed if name is not None]
    return fields, "".join(literal for literal, *_ in parsed)


def _values(header: Header) -> Mapping[str, str]:
    moment = datetime.fromtimestamp(header.started_at).astimezone()
    source = re.split(r"[/\\]", header.source.rstrip("/\\"))[-1]
    return {
        "title": header.title or source,
        "source": source,
        "date": f"{moment:%Y-%m-%d}",
        "time": f"{moment:%H-%M-%S}",
        "model": re.split(r"[/\\]", header.model.rstrip("/\\"))[-1],
    }
