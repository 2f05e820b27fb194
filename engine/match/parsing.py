"""Reads lines of commentary back into claims about events, by the phrasings of `words`.

A line that fits no phrasing exactly is unparsable and counts against the speaker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.match.events import EventKind, Zone
from engine.match.words import COLOURS, NAMES, NEW_MATCH, PHRASINGS


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line says happened.

    Attributes:
        colour, name: Kit and name of the acting team, None where the line names none.
        score: Colour and goals of the first and of the second team, None where none is told.
    """

    kind: EventKind
    colour: str | None = None
    name: str | None = None
    zone: Zone | None = None
    score: tuple[tuple[str, int], tuple[str, int]] | None = None
    new_match: bool = False


_COLOUR = "|".join(COLOURS)
_FIELDS = {
    "team": rf"(?P<colour>{_COLOUR}) (?P<name>{'|'.join(NAMES)})",
    "zone": rf"(?P<zone>{'|'.join(Zone)})",
    "score": rf"(?P<first>{_COLOUR}) (?P<goals>\d+), (?P<second>{_COLOUR}) (?P<against>\d+)",
}


def _pattern(template: str) -> re.Pattern[str]:
    pattern = re.escape(template)
    for field, expression in _FIELDS.items():
        pattern = pattern.replace(re.escape(f"{{{field}}}"), expression)
    return re.compile(pattern)


_PATTERNS: tuple[tuple[EventKind, bool, re.Pattern[str]], ...] = (
    (EventKind.KICK_OFF, True, _pattern(NEW_MATCH)),
    *(
        (kind, False, _pattern(template))
        for kind, templates in PHRASINGS.items()
        for template in templates
    ),
)


def parse_line(text: str) -> Claim | None:
    """The claim that a line makes; None if it fits no phrasing."""
    for kind, new_match, pattern in _PATTERNS:
        found = pattern.fullmatch(text.strip())
        if found is not None:
            return _claim(kind, new_match, found.groupdict())
    return None


def _claim(kind: EventKind, new_match: bool, fields: dict[str, str]) -> Claim:
    score = None
    if "first" in fields:
        score = (
            (fields["first"], int(fields["goals"])),
            (fields["second"], int(fields["against"])),
        )
    return Claim(
        kind,
        fields.get("colour"),
        fields.get("name"),
        Zone(fields["zone"]) if "zone" in fields else None,
        score,
        new_match,
    )
