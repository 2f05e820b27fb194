"""Second stage: the vision tower alone learns to see what happened in a second.

Small read-out heads, thrown away afterwards, ask the tower's 24 tokens which cue shows, in which
kit colour and in which zone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.match import words
from engine.match.commentary import round_of
from engine.match.events import EventKind, MatchEvent, Zone
from engine.match.stream import MatchStream

if TYPE_CHECKING:
    from collections.abc import Iterator

Frames = NDArray[np.uint8]
Batch = tuple[Frames, Tensor]

IGNORED = -100
CUES = ("none", "new match", *EventKind)
_ZONES = tuple(Zone)
_MATCHES = 50_000
_QUIET_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One second: two frames uint8 (2, H, W, 3) and what a reader of them must tell."""

    frames: NDArray[np.uint8]
    cue: int
    colour: int
    zone: int


def glimpses(seed: int, first: int, seconds: int, quiet_share: float) -> Iterator[Glimpse]:
    """Some seconds of one match from second `first` on; of the quiet ones only a share."""
    rng = random.Random(f"glimpses {seed}")
    stream = MatchStream(seed)
    phase_s = rng.uniform(0, 0.5)
    for second in range(first, first + seconds):
        scenes = [stream.scene_at(phase_s + second + half) for half in (0.0, 0.5)]
        events = [
            event
            for event in stream.events_until(phase_s + second + 0.5)
            if _second_of(event, phase_s) == second
        ]
        if events or rng.random() < quiet_share:
            frames = np.stack([stream.picture(scene) for scene in scenes])
            yield _labelled(frames, events[0] if events else None, stream.teams)


def batch(seed: int, index: int, size: int) -> Batch:
    """Batch `index`: frames uint8 (B, 2, H, W, 3) and targets int64 (B, 3), from many matches."""
    rng = random.Random(f"sight {seed} {index}")
    found: list[Glimpse] = []
    while len(found) < size:
        match_seed = seed + rng.randrange(_MATCHES)
        found.extend(glimpses(match_seed, rng.randrange(240), 14, _QUIET_SHARE))
    found = found[:size]
    targets = torch.tensor([[glimpse.cue, glimpse.colour, glimpse.zone] for glimpse in found])
    return np.stack([glimpse.frames for glimpse in found]), targets


def _second_of(event: MatchEvent, phase_s: float) -> int:
    """The second in which an event shows when sampling starts `phase_s` into the match."""
    shifted = max(0.0, event.time_s - phase_s)
    return round_of(MatchEvent(shifted, event.kind, event.team, event.score))


def _labelled(frames: Frames, event: MatchEvent | None, teams: words.Teams) -> Glimpse:
    if event is None:
        return Glimpse(frames, 0, IGNORED, IGNORED)
    cue = CUES.index("new match" if event.new_match else event.kind)
    colour = IGNORED if event.team is None else words.COLOURS.index(teams.colours[event.team])
    zone = IGNORED if event.zone is None else _ZONES.index(event.zone)
    return Glimpse(frames, cue, colour, zone)


class ReadOut(nn.Module):
    """Asks the tower's tokens three questions, each with an attention query of its own."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.queries = nn.Parameter(torch.randn(3, width) * 0.02)
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
        self.heads = nn.ModuleList(
            nn.Linear(width, size) for size in (len(CUES), len(words.COLOURS), len(_ZONES))
        )

    def forward(self, tokens: Tensor) -> list[Tensor]:
        """Logits of cue, colour and zone for tokens (B, N, width)."""
        tokens = self.norm(tokens)
        queries = self.queries.expand(len(tokens), -1, -1)
        found, _ = self.attention(queries, tokens, tokens, need_weights=False)
        return [head(found[:, index]) for index, head in enumerate(self.heads)]


def read_out_loss(logits: list[Tensor], targets: Tensor) -> Tensor:
    """Sum of the cross-entropies; targets int64 (B, 3)."""
    losses = [
        functional.cross_entropy(logit.float(), targets[:, index], ignore_index=IGNORED)
        for index, logit in enumerate(logits)
    ]
    return torch.stack(losses).nansum()
