"""What each stage of a round costs in the steady state."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.bench.samples import Samples
from engine.bench.sizes import StepSizes
from engine.bench.steady import SteadyStream
from engine.bench.steps import Comparison, compare_decode, compare_prefill
from engine.vision import patches_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.bench.limits import Limits
    from engine.bench.settings import CaptureCost
    from engine.bench.standing import SkippingModel
    from engine.events import Round

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


def measure_stages(
    model: SkippingModel,
    size: tuple[int, int],
    seconds: float,
    limits: Limits,
    capture: CaptureCost | None,
) -> list[StageCost]:
    """Measure all stages of rounds with pictures of `size`, in about so many seconds."""
    stream = SteadyStream(model, size)
    stream.fill()
    rounds = _play(stream, seconds * _SHARE_OF_ROUNDS)
    clip = patches_of(stream.frames, model.patches)
    num_stored = rounds[-1].cache.total_tokens
    num_new = clip.num_tokens + len(model.chat.user_turn(0.0, 1.0, clip.token_grid, None))
    prefill = compare_prefill(model, num_new, num_stored, seconds * _SHARE_OF_PREFILL)
    decode = compare_decode(model, num_stored, seconds * _SHARE_OF_DECODE)
    sizes = StepSizes(model)
    bandwidth = limits.read_bytes_per_s
    read, moved = sizes.decode_bytes(num_stored), sizes.evict_bytes(num_stored)
    floor = sizes.prefill_floor_s(num_new, num_stored, limits)
    rows = [
        StageCost("evict", _of(rounds, lambda each: each.timing.evict_s), num_stored, moved),
        StageCost(
            "resize and patchify",
            _of(rounds, lambda each: each.timing.patches_s),
            num_bytes=stream.frames.nbytes,
        ),
        StageCost("vision tower", _of(rounds, lambda each: each.timing.vision_s), clip.num_tokens),
        StageCost(
            "prefill",
            _of(rounds, lambda each: each.timing.prefill_s),
            num_new,
            floor_s=floor,
            comparison=prefill,
        ),
        StageCost("decode, per token", _tokens(rounds), 1, read, read / bandwidth, decode),
    ]
    return [*_captured(capture), *rows, _whole(rounds, capture)]


def _play(stream: SteadyStream, seconds: float) -> list[Round]:
    """Rounds for so long, after one that warms up where there is time for it."""
    end = time.perf_counter() + seconds
    rounds = [stream.play()]
    while time.perf_counter() < end and len(rounds) < _MOST_ROUNDS:
        rounds.append(stream.play())
    return rounds[1:] or rounds


def _of(rounds: list[Round], seconds: Callable[[Round], float]) -> Samples:
    return Samples(tuple(seconds(each) for each in rounds))


def _tokens(rounds: list[Round]) -> Samples:
    """Of the tokens behind the first, which comes with the prefill."""
    return Samples(tuple(token_s for each in rounds for token_s in each.timing.token_s[1:]))


def _captured(capture: CaptureCost | None) -> list[StageCost]:
    if capture is None:
        return []
    return [StageCost("capture", Samples(capture.frame_s), num_bytes=capture.bytes_per_frame)]


def _whole(rounds: list[Round], capture: CaptureCost | None) -> StageCost:
    """From the newest picture's capture to the last word of the caption."""
    grab_s = Samples(capture.frame_s).median_s if capture is not None else 0.0
    samples = _of(rounds, lambda each: each.timing.total_s + grab_s)
    return StageCost("glass to caption", samples, len(rounds[0].token_ids))
