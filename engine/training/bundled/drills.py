"""First stage: text drills. The language model alone learns to look names up and to count goals.

A drill is a commentary without pictures: an introduction and some minutes of play as previous
text, then rounds whose user turns hold only their time. What happens is not foreseeable, but the
name that belongs to a colour and the score after a goal are, and every token counts in the loss.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engine.cache.segments import SegmentKind
from engine.match import words
from engine.match.commentary import SpokenLine, commentate
from engine.match.simulator import GOALS_TO_WIN, Match
from engine.prompt import ChatLayout, cut_previous_text
from engine.training.bundled.memory import remembered
from engine.training.bundled.scores import GoalLog, scorers_to

if TYPE_CHECKING:
    from collections.abc import Sequence

IGNORED = -100
_SINK_TOKENS, _WINDOW_TOKENS = 512, 512  # a stream's defaults
_NO_PICTURE = (0, 0, 0)
_MATCHES = 50_000  # whose seeds follow the first one
_PAIRS = 24
_TALLIES = (8, 30)
_MOST_BETWEEN = (0, 0, 1, 3, 8)  # other lines between two goals
_LONGEST_LOG = 400  # tokens
_HALF = 0.5
_QUIET_SHARE = 0.3  # of the silent rounds, whose one token teaches nothing here


@dataclass(frozen=True, slots=True)
class Drill:
    """Token ids and, for each, whether its prediction counts."""

    ids: list[int]
    counts: list[bool]

    def add(self, ids: Sequence[int], *, counts: bool) -> None:
        """Append tokens."""
        self.ids.extend(ids)
        self.counts.extend([counts] * len(ids))


def play(
    seed: int, seconds: float, rng: random.Random
) -> tuple[words.Teams, str, list[SpokenLine]]:
    """Teams, introduction and commentary of the first `seconds` of a match."""
    match = Match(seed)
    teams = words.choose_teams(rng)
    events = [
        event for event in (match.advance() for _ in range(int(seconds * 10))) if event is not None
    ]
    return teams, words.introduction(teams, rng), commentate(events, teams, rng)


class Drills(Protocol):
    """Drills by number: the same number always gives the same drill."""

    def drill(self, index: int) -> Drill: ...


class PairDrills:
    """Colours and names in pairs that keep together inside one drill, and nothing else.

    What a name has to do with a colour is learnt many times faster here than in commentary, where
    few tokens ask for it and guessing one of two names is right half of the time.
    """

    def __init__(self, layout: ChatLayout, seed: int) -> None:
        self._layout, self._seed = layout, seed

    def drill(self, index: int) -> Drill:
        """A list of pairs in which every name but the first of each pair counts."""
        rng = random.Random(f"pairs {self._seed} {index}")
        size = rng.randint(2, len(words.COLOURS))
        names = rng.sample(words.NAMES, size)
        pairs = list(zip(rng.sample(words.COLOURS, size), names, strict=True))
        drill, seen = Drill([], []), set[str]()
        for _ in range(_PAIRS):
            colour, name = rng.choice(pairs)
            drill.add(self._layout.encode(f" the {colour}"), counts=False)
            drill.add(self._layout.encode(f" {name}"), counts=colour in seen)
            seen.add(colour)
        return drill


class TallyDrills:
    """Colours and numbers: a list of scores and nothing else, for up to all colours at once.

    Scores go by colour. In half of the drills a colour's number stays; in the others the first
    number of each pair is one more than before, as at a goal, and begins anew after the last.
    With two colours alone a number can be found by its place; with more only by its colour.
    """

    def __init__(self, layout: ChatLayout, seed: int) -> None:
        self._layout, self._seed = layout, seed

    def drill(self, index: int) -> Drill:
        """Pairs of colours with their numbers, of which those that can be known count."""
        rng = random.Random(f"tally {self._seed} {index}")
        colours = rng.sample(words.COLOURS, rng.randint(2, len(words.COLOURS)))
        grows = rng.random() < _HALF
        drill, numbers = Drill([], []), dict[str, int]()
        for _ in range(rng.randint(*_TALLIES)):
            first, second = rng.sample(colours, 2)
            known = first in numbers
            if grows and known:
                known = numbers[first] < GOALS_TO_WIN
                numbers[first] = numbers[first] + 1 if known else 0
            self._add(
                drill, first, numbers.setdefault(first, rng.randint(0, GOALS_TO_WIN)), ",", known
            )
            known = second in numbers
            self._add(
                drill, second, numbers.setdefault(second, rng.randint(0, GOALS_TO_WIN)), ".", known
            )
        return drill

    def _add(self, drill: Drill, colour: str, number: int, stop: str, known: bool) -> None:
        drill.add(self._layout.encode(f" {colour}"), counts=False)
        drill.add(self._layout.encode(f" {number}"), counts=known)
        drill.add(self._layout.encode(stop), counts=False)


class GoalDrills:
    """Made-up matches, mostly goals, in which names and scores count."""

    def __init__(self, layout: ChatLayout, seed: int, looked_up: frozenset[int]) -> None:
        self._layout, self._seed, self._looked_up = layout, seed, looked_up

    def drill(self, index: int) -> Drill:
        """An introduction and a log of goals."""
        rng = random.Random(f"goals {self._seed} {index}")
        teams = words.choose_teams(rng)
        score = rng.randint(0, GOALS_TO_WIN - 1), rng.randint(0, GOALS_TO_WIN)
        drill = Drill([], [])
        drill.add(self._layout.encode(words.introduction(teams, rng)), counts=False)
        log = GoalLog(teams, rng, rng.choice(_MOST_BETWEEN))
        for line in log.lines(scorers_to(score, rng)):
            if len(drill.ids) > _LONGEST_LOG:
                break
            for token in self._layout.encode(f" {line.text}"):
                drill.add([token], counts=token in self._looked_up)
        return drill


@dataclass(frozen=True, slots=True)
class DrillSize:
    """How long drills are: short ones teach looking up quickly, long ones from afar.

    Attributes:
        before_s: Longest play before the first round, in seconds.
        num_rounds: Fewest and most rounds.
    """

    before_s: float
    num_rounds: tuple[int, int]


SHORT = DrillSize(25.0, (2, 5))
LONG = DrillSize(900.0, (4, 16))


class CommentaryDrills:
    """Commentary without pictures, in the layout of a stream."""

    def __init__(self, layout: ChatLayout, seed: int, size: DrillSize) -> None:
        self._layout, self._seed, self._size = layout, seed, size

    def drill(self, index: int) -> Drill:
        """An introduction, what is remembered of some play, and rounds of it."""
        rng, layout = random.Random(f"drill {self._seed} {index}"), self._layout
        num_rounds = rng.randint(*self._size.num_rounds)
        # The square makes early stretches more frequent: every stream has them.
        first = int(self._size.before_s * rng.random() ** 2)
        teams, introduction, lines = play(
            self._seed + rng.randrange(_MATCHES), first + num_rounds, rng
        )
        before = [line for line in lines if line.round_index < first]
        drill = Drill([], [])
        drill.add(layout.system().ids, counts=False)
        self._add_previous(drill, introduction, remembered(introduction, before, teams, rng=rng))
        said = {line.round_index: line.text for line in lines}
        start = first + rng.choice((0, 0, rng.randrange(300), rng.randrange(20_000)))
        for offset in range(num_rounds):
            text = said.get(first + offset)
            if text is not None or rng.random() < _QUIET_SHARE:
                self._add_round(drill, start + offset, (text or "").split())
        return drill

    def _add_previous(self, drill: Drill, introduction: str, text: str) -> None:
        """Previous text, of which the introduction is given and not to be learnt."""
        layout = self._layout
        content = cut_previous_text(layout.encode(text), _SINK_TOKENS, _WINDOW_TOKENS)
        given = len(layout.encode(introduction))
        for piece in layout.previous(content):
            if piece.kind is SegmentKind.PREVIOUS_TEXT:
                drill.add(piece.ids[:given], counts=False)
                drill.add(piece.ids[given:], counts=True)
            else:
                drill.add(piece.ids, counts=False)

    def _add_round(self, drill: Drill, start: int, spoken: list[str]) -> None:
        layout = self._layout
        for piece in layout.user_turn(start, start + 1, _NO_PICTURE):
            if piece.kind is not SegmentKind.VISION:
                drill.add(piece.ids, counts=False)
        drill.add(layout.reply_ids(spoken), counts=True)
        drill.add(layout.newline, counts=False)


def batch(drills: Drills, index: int, size: int, pad_id: int) -> tuple[Tensor, Tensor]:
    """Ids and labels of batch `index`, int64 (B, T), padded on the right."""
    return pad([drills.drill(index * size + offset) for offset in range(size)], pad_id)


def pad(drills: list[Drill], pad_id: int) -> tuple[Tensor, Tensor]:
    """Ids and labels of several drills in one batch, int64 (B, T)."""
    length = max(len(drill.ids) for drill in drills)
    ids = torch.full((len(drills), length), pad_id)
    labels = torch.full((len(drills), length), IGNORED)
    for row, drill in enumerate(drills):
        size = len(drill.ids)
        ids[row, :size] = torch.tensor(drill.ids)
        counts = torch.tensor(drill.counts)
        labels[row, :size] = torch.where(counts, ids[row, :size], IGNORED)
    return ids, labels


def next_token_loss(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Weighted mean cross-entropy of the counted tokens.

    Args:
        logits: (B, T, vocabulary).
        labels: (B, T).
        weights: Of each token of the vocabulary.
    """
    return functional.cross_entropy(
        logits[:, :-1].flatten(0, 1).float(),
        labels[:, 1:].flatten(),
        weight=weights,
        ignore_index=IGNORED,
    )
