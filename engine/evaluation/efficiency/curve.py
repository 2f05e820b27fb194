"""What one stream cost, round by round, and the figures that one reads off it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.evaluation.provenance import ModelFacts, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.config import Scheme

REAL_TIME_S = 0.1
"""Latency per token at which ten tokens a second keep up with the video."""


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """One round.

    Attributes:
        seconds: All of it: letting go, looking, prefill, decoding.
        decode_s: Decoding alone.
        cache_tokens, cache_bytes: Held after it.
        memory_bytes: Of the whole process on its device after it.
    """

    seconds: float
    decode_s: float
    cache_tokens: int
    cache_bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One scheme over the length of a video; it has at least one round.

    Attributes:
        chunk_s: Seconds of video per round.
        tokens: Of each reply.
        stopped: Why it ended before its time; None where it did not.
    """

    scheme: Scheme
    chunk_s: float
    tokens: int
    rounds: tuple[RoundFigures, ...]
    stopped: str | None = None

    @property
    def video_s(self) -> NDArray[np.float64]:
        """Seconds of video at the end of each round, (n,)."""
        return np.arange(1, len(self.rounds) + 1, dtype=np.float64) * self.chunk_s

    @property
    def per_token_s(self) -> NDArray[np.float64]:
        """Latency per token, (n,): a round's whole time over its tokens, as the paper draws it."""
        return np.array([each.seconds for each in self.rounds]) / self.tokens

    @property
    def decode_per_token_s(self) -> NDArray[np.float64]:
        """Decoding alone per token, (n,)."""
        return np.array([each.decode_s for each in self.rounds]) / self.tokens

    @property
    def cache_bytes(self) -> NDArray[np.int64]:
        """Keys and values held after each round, (n,)."""
        return np.array([each.cache_bytes for each in self.rounds], dtype=np.int64)

    @property
    def growth(self) -> float:
        """Median latency of the last tenth relative to that of the first: 1 is flat."""
        tenth = max(1, len(self.rounds) // 10)
        return float(np.median(self.per_token_s[-tenth:]) / np.median(self.per_token_s[:tenth]))

    @property
    def late_share(self) -> float:
        """Share of rounds that took longer than their stretch of video."""
        late = np.array([each.seconds for each in self.rounds]) > self.chunk_s
        return float(late.mean())


@dataclass(frozen=True, slots=True)
class Measured:
    """A curve, and what made it."""

    name: str
    model: ModelFacts
    origin: Origin
    curve: Curve


def to_json(measured: Measured) -> dict[str, Any]:
    """As plain values, a column per figure."""
    curve = measured.curve
    return {
        "name": measured.name,
        "model": asdict(measured.model),
        "origin": asdict(measured.origin),
        "scheme": curve.scheme,
        "chunk_s": curve.chunk_s,
        "tokens": curve.tokens,
        "stopped": curve.stopped,
        "rounds": [
            [
                round(each.seconds, 6),
                round(each.decode_s, 6),
                each.cache_tokens,
                each.cache_bytes,
                each.memory_bytes,
            ]
            for each in curve.rounds
        ],
    }


def from_json(value: Mapping[str, Any]) -> Measured:
    """What `to_json` made these values of.

    Raises:
        KeyError, TypeError: They are others.
    """
    return Measured(
        value["name"],
        ModelFacts(**value["model"]),
        Origin(**value["origin"]),
        Curve(
            value["scheme"],
            value["chunk_s"],
            value["tokens"],
            tuple(RoundFigures(*figures) for figures in value["rounds"]),
            value["stopped"],
        ),
    )
