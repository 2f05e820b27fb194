from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest

from app.errors import SettingsError
from app.plain import MisfitError, from_plain, to_plain


class Tone(Enum):
    DRY = "dry"
    LOUD = "loud"


@dataclass(frozen=True, slots=True)
class Mark:
    name: str
    at_s: float = 0.0

    def __post_init__(self) -> None:
        if self.at_s < 0:
            raise SettingsError(f"A mark cannot be at {self.at_s} s.")


@dataclass(frozen=True, slots=True)
class Card:
    """A field of each kind."""

    num: int = 0
    is_on: bool = False
    kind: Literal["a", "b"] = "a"
    tone: Tone = Tone.DRY
    home: Path | None = None
    limit: Literal["low"] | None = None
    mark: Mark = field(default_factory=lambda: Mark("start"))
    marks: tuple[Mark, ...] = ()
    speeds: dict[str, float] = field(default_factory=dict[str, float])


def test_what_is_made_plain_comes_back() -> None:
    card = Card(
        3, True, "b", Tone.LOUD, Path("/srv"), "low", Mark("x", 1.5), (Mark("y"),), {"fast": 2.0}
    )
    plain = json.loads(json.dumps(to_plain(card)))
    assert plain["marks"] == [{"name": "y", "at_s": 0.0}]
    assert from_plain(Card, plain) == card
    assert from_plain(dict[str, Card], {"one": plain}) == {"one": card}


def test_defaults_take_the_place_of_what_lacks_and_unknown_keys_are_left_out() -> None:
    assert from_plain(Card, {"later": 1}) == Card()
    assert from_plain(Mark, {"name": "x", "at_s": 1}) == Mark("x", 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        {"num": "3"},
        {"num": True},
        {"num": None},
        {"is_on": 1},
        {"kind": "c"},
        {"tone": "x"},
        {"tone": []},
        {"home": 3},
        {"limit": "high"},
        {"mark": {}},
        {"mark": {"name": "x", "at_s": 10**400}},
        {"marks": {"name": "x"}},
        {"marks": [1]},
        {"speeds": {"fast": "x"}},
        {"speeds": []},
    ],
)
def test_what_does_not_fit_is_refused(wrong: Any) -> None:
    with pytest.raises(MisfitError):
        from_plain(Card, wrong)


def test_what_a_dataclass_says_against_its_fields_comes_through() -> None:
    with pytest.raises(SettingsError, match="cannot be at -1"):
        from_plain(Card, {"mark": {"name": "x", "at_s": -1}})
