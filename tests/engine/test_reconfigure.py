"""A stream whose settings change while it runs: its cache stays what it should be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from engine.cache.segments import SegmentKind
from engine.config import CHANGEABLE
from engine.errors import ConfigError, FrameError
from engine.events import RoundStarted
from engine.vision import patches_of
from tests.engine.logits import logits_of, one_forward
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from engine.vision import ClipPatches

GREEDY = SamplingConfig(temperature=0.0)
HALF_PIXELS = 56 * 56
START = StreamingConfig(
    sample_fps=4.0,
    vision_window_rounds=3,
    text_window_rounds=3,
    sink_tokens=4,
    previous_text_tokens=6,
    max_new_tokens=6,
)


def frames_for(config: StreamingConfig, seed: int) -> Any:
    return noise(seed, frames=config.frames_per_chunk, height=84, width=112)


def clips_of(stream: CommentaryStream) -> list[tuple[int | None, int]]:
    """Round and number of vision tokens of each clip that is kept, its markers included."""
    return [
        (part.round_index, part.stop - part.start)
        for part in stream.snapshot().segments
        if part.kind == SegmentKind.VISION
    ]


configs = st.builds(
    replace,
    st.just(START),
    sample_fps=st.sampled_from([1.0, 2.0, 4.0]),
    max_pixels=st.sampled_from([None, HALF_PIXELS]),
    vision_window_rounds=st.integers(0, 4),
    max_new_tokens=st.integers(1, 8),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(configs, min_size=1, max_size=8),
    positions=st.sampled_from(["contiguous", "native"]),
    scheme=st.sampled_from(["streaming", "window_overlap"]),
)
def test_any_changes_leave_a_cache_within_its_bound(
    small_model: LoadedModel, changes: list[StreamingConfig], positions: str, scheme: str
) -> None:
    fixed: dict[str, Any] = {"positions": positions, "scheme": scheme}
    stream = CommentaryStream(small_model, replace(START, **fixed), GREEDY, instruction="Go.")
    for seed, change in enumerate(changes):
        config = replace(change, **fixed)
        stream.reconfigure(config)
        spoken = stream.step(frames_for(config, seed))
        snapshot = stream.snapshot()
        assert len(spoken.token_ids) <= config.max_new_tokens
        assert spoken.cache.bound_tokens is not None
        assert spoken.cache.total_tokens == len(snapshot.token_ids) <= spoken.cache.bound_tokens
        assert snapshot.positions.shape == (3, len(snapshot.token_ids))
        kept = [index for index, _ in clips_of(stream)]
        assert len(kept) <= max(1, config.vision_window_rounds)
        assert kept == list(range(seed + 1))[seed + 1 - len(kept) :]
        if positions == "contiguous":
            assert snapshot.positions[:, 0].tolist() == [0, 0, 0]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rates=st.lists(st.sampled_from([1.0, 2.0, 4.0, 6.0]), min_size=2, max_size=5),
    limits=st.lists(st.sampled_from([None, HALF_PIXELS]), min_size=5, max_size=5),
)
def test_while_nothing_leaves_a_changed_stream_equals_one_forward(
    family_model: LoadedModel, rates: list[float], limits: list[int | None]
) -> None:
    wide = StreamingConfig(vision_window_rounds=99, text_window_rounds=99)
    stream = CommentaryStream(family_model, wide, GREEDY)
    streamed: list[torch.Tensor] = []
    clips: list[ClipPatches] = []
    for index, (fps, max_pixels) in enumerate(zip(rates, limits, strict=False)):
        config = replace(wide, sample_fps=fps, max_pixels=max_pixels)
        stream.reconfigure(config)
        frames = frames_for(config, index)
        clips.append(patches_of(frames, family_model.patches_for(config)))
        with logits_of(family_model) as logits:
            stream.step(frames, forced_reply=[7])
        streamed.extend(logits)
    snapshot = stream.snapshot()
    heads = [part.stop - 1 for part in snapshot.segments if part.kind == SegmentKind.REPLY_HEAD]
    expected = one_forward(family_model, snapshot, clips, *rates)[heads]
    torch.testing.assert_close(torch.stack(streamed), expected, rtol=0, atol=1e-4)


def test_a_smaller_window_lets_old_clips_go_and_a_larger_one_fills_again(
    small_model: LoadedModel,
) -> None:
    stream = CommentaryStream(small_model, START, GREEDY)
    kept: list[int] = []
    for seed, window in enumerate([3, 3, 3, 1, 1, 3, 3, 3]):
        stream.reconfigure(replace(START, vision_window_rounds=window))
        stream.step(frames_for(START, seed), forced_reply=())
        kept.append(len(clips_of(stream)))
    assert kept == [1, 2, 3, 1, 1, 2, 3, 3]


def test_a_smaller_picture_costs_fewer_tokens_from_the_next_round_on(
    small_model: LoadedModel,
) -> None:
    stream = CommentaryStream(small_model, START, GREEDY)
    stream.step(frames_for(START, 0), forced_reply=())
    stream.reconfigure(replace(START, max_pixels=HALF_PIXELS))
    stream.step(frames_for(START, 1), forced_reply=())
    (_, before), (_, after) = clips_of(stream)
    assert after < before


def test_only_the_new_round_is_computed_after_a_change(small_model: LoadedModel) -> None:
    stream = CommentaryStream(small_model, START, GREEDY)
    for seed in range(3):
        stream.step(frames_for(START, seed), forced_reply=())
    lengths: list[int] = []
    block = small_model.network.model.language_model.layers[0].mlp
    hook = block.act_fn.register_forward_hook(
        lambda _mod, given, _out: lengths.append(len(given[0]))
    )
    changed = replace(START, sample_fps=2.0, max_pixels=HALF_PIXELS, vision_window_rounds=1)
    stream.reconfigure(changed)
    stream.step(frames_for(changed, 3), forced_reply=())
    hook.remove()
    (_, clip) = clips_of(stream)[-1]
    assert clip < sum(lengths) < clip + 40


def test_a_change_in_the_middle_of_a_round_waits_for_the_next(small_model: LoadedModel) -> None:
    stream = CommentaryStream(small_model, START, GREEDY)
    events = stream.watch(frames_for(START, 0))
    assert isinstance(next(events), RoundStarted)
    few = replace(START, sample_fps=1.0, max_new_tokens=1)
    stream.reconfigure(few)
    for _ in events:
        pass
    assert stream.config == few
    with pytest.raises(FrameError, match="= 1 frames"):
        stream.step(frames_for(START, 1))
    assert len(stream.step(frames_for(few, 1)).token_ids) == 1


@pytest.mark.parametrize(
    "change", [{"scheme": "full"}, {"chunk_s": 2.0}, {"text_window_rounds": 9}, {"sink_tokens": 0}]
)
def test_what_gives_the_cache_its_meaning_cannot_change(
    small_model: LoadedModel, change: dict[str, Any]
) -> None:
    stream = CommentaryStream(small_model, START, GREEDY)
    with pytest.raises(ConfigError, match=", ".join(CHANGEABLE)):
        stream.reconfigure(replace(START, **change))
    assert stream.config == START


def test_the_reference_cannot_change(small_model: LoadedModel) -> None:
    quirky = replace(START, reference_quirks=True)
    stream = CommentaryStream(small_model, quirky, GREEDY)
    stream.reconfigure(quirky)
    with pytest.raises(ConfigError, match="reference_quirks"):
        stream.reconfigure(replace(quirky, sample_fps=2.0))


def test_talkativeness_may_change_in_mid_stream(small_model: LoadedModel) -> None:
    stream = CommentaryStream(small_model, START, GREEDY)
    silences = small_model.defaults.end_tokens | {small_model.chat.marker[0]}
    starts: dict[float, list[bool]] = {}
    for seed, talkativeness in enumerate([1e4, -1e4] * 4):
        stream.talkativeness = talkativeness
        first = stream.step(frames_for(START, seed)).token_ids[0]
        starts.setdefault(talkativeness, []).append(first in silences)
    assert starts == {1e4: [False] * 4, -1e4: [True] * 4}
    with pytest.raises(ConfigError, match="finite"):
        stream.talkativeness = float("nan")


def test_a_question_is_answered_by_a_model_that_would_be_silent(
    small_model: LoadedModel,
) -> None:
    quiet = SamplingConfig(temperature=0.0, talkativeness=-1e4)
    stream = CommentaryStream(small_model, START, quiet)
    silences = small_model.defaults.end_tokens | {small_model.chat.marker[0]}
    asked = [
        stream.step(frames_for(START, seed), question=question).token_ids[0] not in silences
        for seed, question in enumerate([None, "Who leads?", None])
    ]
    assert asked == [False, True, False]
