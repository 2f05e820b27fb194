"""A finished run: what was asked for, what was said, what it cost, and where it comes from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.config import LIKELIEST, StreamingConfig
from engine.evaluation.match.performance import Performance, RoundCost
from engine.evaluation.match.scoring import HeardLine
from engine.evaluation.provenance import ModelFacts, Origin, digest_of
from engine.match import EventKind, MatchEvent, Teams, Zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One match under one setting, by one model.

    Attributes:
        fingerprint: Of the model's files.
        seed: Which match.
        seconds: How much of it.
        max_cache_bytes: Where a cache without bound ends; None: where memory ends.
    """

    fingerprint: str
    config: StreamingConfig
    seed: int
    seconds: int
    max_cache_bytes: int | None = None

    @property
    def key(self) -> str:
        """Digest of everything that decides what is said."""
        return digest_of({**asdict(self), "sampling": asdict(LIKELIEST)})


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A request and what came of it; `wall_s` is all it took, the pictures' drawing included."""

    request: RunRequest
    model: ModelFacts
    performance: Performance
    wall_s: float
    origin: Origin


def run_to_json(run: FinishedRun) -> dict[str, Any]:
    """The run as plain values."""
    played = run.performance
    return {
        "key": run.request.key,
        "request": asdict(run.request),
        "model": asdict(run.model),
        "origin": asdict(run.origin),
        "wall_s": round(run.wall_s, 3),
        "stopped": played.stopped,
        "teams": asdict(played.teams),
        "events": [asdict(event) for event in played.events],
        "texts": [line.text for line in played.lines],
        "costs": {
            "seconds": [round(cost.seconds, 6) for cost in played.costs],
            "cache_tokens": [cost.cache_tokens for cost in played.costs],
            "cache_bytes": [cost.cache_bytes for cost in played.costs],
            "bound_tokens": [cost.bound_tokens for cost in played.costs],
        },
    }


def run_from_json(value: Mapping[str, Any]) -> FinishedRun:
    """The run that `run_to_json` made these values of.

    Raises:
        KeyError, TypeError, ValueError: They are others.
    """
    asked = value["request"]
    values: dict[str, Any] = {**asked, "config": StreamingConfig(**asked["config"])}
    request = RunRequest(**values)
    return FinishedRun(
        request,
        ModelFacts(**value["model"]),
        _performance(request, value),
        value["wall_s"],
        Origin(**value["origin"]),
    )


def _performance(request: RunRequest, value: Mapping[str, Any]) -> Performance:
    length_s = request.config.chunk_s
    lines = (
        HeardLine(index * length_s, (index + 1) * length_s, text)
        for index, text in enumerate(value["texts"])
    )
    costs = value["costs"]
    columns: Sequence[Sequence[Any]] = [
        costs[name] for name in ("seconds", "cache_tokens", "cache_bytes", "bound_tokens")
    ]
    return Performance(
        request.seed,
        Teams(tuple(value["teams"]["names"]), tuple(value["teams"]["colours"])),
        tuple(_event(event) for event in value["events"]),
        tuple(lines),
        tuple(RoundCost(*cost) for cost in zip(*columns, strict=True)),
        value["stopped"],
    )


def _event(value: Mapping[str, Any]) -> MatchEvent:
    first, second = value["score"]
    return MatchEvent(
        value["time_s"],
        EventKind(value["kind"]),
        value["team"],
        (first, second),
        None if value["zone"] is None else Zone(value["zone"]),
        value["new_match"],
    )
