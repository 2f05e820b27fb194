"""The cost of a round does not grow with the stream."""

from __future__ import annotations

import gc
import itertools
import statistics
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.errors import ModelLoadError
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.events import CacheUse

CONFIG = StreamingConfig(
    vision_window_rounds=3,
    text_window_rounds=4,
    sink_tokens=8,
    previous_text_tokens=16,
    max_new_tokens=3,
)


@pytest.fixture(params=["small", "bundled"])
def lasting_model(request: pytest.FixtureRequest, small_model: LoadedModel) -> LoadedModel:
    """A model to run for hours: a small random one, and the one that the program brings along."""
    if request.param == "small":
        return small_model
    try:
        return load_model("bundled", device="cpu")
    except ModelLoadError as error:
        pytest.skip(str(error))


def run(model: LoadedModel, num_rounds: int) -> Iterator[tuple[CacheUse, float, int]]:
    """Per round its use of the cache, its processor time in seconds, and resident bytes."""
    stream = CommentaryStream(model, CONFIG, SamplingConfig(seed=1))
    frames = [noise(seed) for seed in range(7)]
    process = psutil.Process()
    for index in range(num_rounds):
        before = time.process_time()
        spoken = stream.step(frames[index % 7])
        yield spoken.cache, time.process_time() - before, process.memory_info().rss


def test_the_cache_fills_and_then_stays_within_its_bound(small_model: LoadedModel) -> None:
    uses = [use for use, _, _ in run(small_model, 60)]
    assert len({use.bound_tokens for use in uses}) == 1
    assert all(use.total_tokens <= (use.bound_tokens or 0) for use in uses)
    full = [use.total_tokens for use in uses[20:]]
    assert max(full) - min(full) <= CONFIG.max_new_tokens * CONFIG.text_window_rounds + 8


def test_no_object_is_left_behind_by_a_round(small_model: LoadedModel) -> None:
    stream = CommentaryStream(small_model, CONFIG, SamplingConfig(temperature=0.0))
    reply = small_model.chat.reply_ids(["w"])
    frames = noise(0)
    counts: list[int] = []
    for _ in range(4):
        for _ in range(15):
            stream.step(frames, forced_reply=reply)
        gc.collect()
        counts.append(len(gc.get_objects()))
    assert counts[3] - counts[1] < 30


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_five_thousand_rounds_cost_the_same_from_first_to_last(
    lasting_model: LoadedModel,
) -> None:
    lasting = run(lasting_model, 5000)
    rounds = list(itertools.islice(lasting, 4500))
    # The last tenth beside the first of another stream: machines change their speed in minutes.
    pairs = list(zip(lasting, run(lasting_model, 500), strict=True))
    rounds += [last for last, _ in pairs]
    assert all(use.total_tokens <= (use.bound_tokens or 0) for use, _, _ in rounds)
    warm = rounds[500][2]
    assert abs(rounds[-1][2] - warm) <= 0.05 * warm
    last, first = (statistics.median(told[1] for told in side) for side in zip(*pairs, strict=True))
    assert last <= 1.1 * first
