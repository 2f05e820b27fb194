"""What each stage of a round costs in the steady state."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.bench.samples import Samples
from engine.bench.sizes import StepSizes
from engine.bench.steps import Comparison, compare_decode, compare_prefill
from engine.vision import patches_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.bench.limits import Limits
    from engine.bench.settings import CaptureCost
    from engine.bench.steady import SteadyStream
    from engine.events import CacheUse, Round, RoundTiming
    from engine.vision import ClipPatches

_MOST_ROUNDS = 50
_SHARE_OF_ROUNDS, _SHARE_OF_PREFILL, _SHARE_OF_DECODE = 0.5, 0.3, 0.2


@dataclass(frozen=True, slots=True)
class StageCost:
    """One row of the table.

    Attributes:
        stage: Its name.
        samples: Its times.
        tokens: That it runs or makes; None where it has none.
        num_bytes: That it reads, at the least; None where that says nothing.
        floor_s: What it takes at the machine's own limits; None where that is not known.
        comparison: Beside its bare products; None where there are none.
    """

    stage: str
    samples: Samples
    tokens: int | None = None
    num_bytes: int | None = None
    floor_s: float | None = None
    comparison: Comparison | None = None


class SteadyCosts(NamedTuple):
    """What rounds cost in the steady state, and what their cache holds."""

    stages: list[StageCost]
    cache: CacheUse


class _Played(NamedTuple):
    """A round, and how long it took on the wall's clock, all that lies between its stages too."""

    round: Round
    wall_s: float


def measure_stages(
    stream: SteadyStream, seconds: float, limits: Limits, capture: CaptureCost | None
) -> SteadyCosts:
    """Measure all stages of a stream's rounds, in about so many seconds."""
    model = stream.model
    stream.fill()
    played = _play(stream, seconds * _SHARE_OF_ROUNDS)
    clip = patches_of(stream.frames, model.patches, model.device)
    cache = played[-1].round.cache
    num_stored = cache.total_tokens
    prefilled = model.decoder.prefilled  # by the played rounds; what follows prefills, too
    sizes = StepSizes(model, limits)
    prefill = compare_prefill(model, *prefilled, seconds * _SHARE_OF_PREFILL)
    decode = compare_decode(model, num_stored, seconds * _SHARE_OF_DECODE, stream.sampling)
    rows = [
        _evict(played, sizes, num_stored),
        _resize(played, sizes, stream.frames.nbytes + clip.pixel_values.nbytes),
        _vision(played, sizes, clip),
        _prefill(played, sizes, prefill),
        _decode(played, sizes, decode),
    ]
    return SteadyCosts([*_captured(capture), *rows, _whole(played, capture)], cache)


def _play(stream: SteadyStream, seconds: float) -> list[_Played]:
    """Rounds for so long, after one that warms up where there is time for it."""
    end = time.perf_counter() + seconds
    played = [_play_one(stream)]
    while time.perf_counter() < end and len(played) < _MOST_ROUNDS:
        played.append(_play_one(stream))
    return played[1:] or played


def _play_one(stream: SteadyStream) -> _Played:
    start = time.perf_counter()
    return _Played(stream.play(), time.perf_counter() - start)


def _evict(played: list[_Played], sizes: StepSizes, num_stored: int) -> StageCost:
    moved = sizes.evict_bytes(num_stored)
    samples = _of(played, lambda timing: timing.evict_s)
    return StageCost("evict", samples, num_stored, moved, sizes.reading_s(moved))


def _resize(played: list[_Played], sizes: StepSizes, num_bytes: int) -> StageCost:
    samples = _of(played, lambda timing: timing.patches_s)
    return StageCost("resize and patchify", samples, None, num_bytes, sizes.reading_s(num_bytes))


def _vision(played: list[_Played], sizes: StepSizes, clip: ClipPatches) -> StageCost:
    samples = _of(played, lambda timing: timing.vision_s)
    return StageCost(
        "vision tower", samples, clip.num_tokens, sizes.vision_bytes, sizes.vision_floor_s(clip)
    )


def _prefill(played: list[_Played], sizes: StepSizes, comparison: Comparison) -> StageCost:
    num_new, num_stored = comparison.num_new, comparison.num_stored
    return StageCost(
        "prefill",
        _of(played, lambda timing: timing.prefill_s),
        num_new,
        sizes.prefill_bytes(num_stored),
        sizes.prefill_floor_s(num_new, num_stored),
        comparison,
    )


def _decode(played: list[_Played], sizes: StepSizes, comparison: Comparison) -> StageCost:
    read = sizes.decode_bytes(comparison.num_stored)
    floor_s = sizes.reading_s(read)
    return StageCost("decode, per token", _tokens(played), 1, read, floor_s, comparison)


def _of(played: list[_Played], seconds: Callable[[RoundTiming], float]) -> Samples:
    return Samples(tuple(seconds(each.round.timing) for each in played))


def _tokens(played: list[_Played]) -> Samples:
    """Of the tokens behind the first, which comes with the prefill."""
    return Samples(tuple(token_s for each in played for token_s in each.round.timing.token_s[1:]))


def _captured(capture: CaptureCost | None) -> list[StageCost]:
    if capture is None:
        return []
    return [StageCost("capture", Samples(capture.frame_s), num_bytes=capture.bytes_per_frame)]


def _whole(played: list[_Played], capture: CaptureCost | None) -> StageCost:
    """From the newest picture's capture to the last word of the caption, on the wall's clock."""
    grab_s = Samples(capture.frame_s).median_s if capture is not None else 0.0
    samples = Samples(tuple(each.wall_s + grab_s for each in played))
    return StageCost("glass to caption", samples, len(played[0].round.token_ids))
