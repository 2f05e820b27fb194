"""The four attention schemes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from engine.cache.segments import SegmentKind
from engine.vision import patches_of
from tests.engine.logits import logits_of, one_forward
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from torch import Tensor

    from engine.config import Scheme

CONFIG = StreamingConfig(
    vision_window_rounds=2,
    text_window_rounds=3,
    sink_tokens=3,
    previous_text_tokens=5,
    max_new_tokens=6,
    window_reset_rounds=3,
)


def stream_of(model: LoadedModel, scheme: Scheme, **changes: int) -> CommentaryStream:
    config = replace(CONFIG, scheme=scheme, **changes)
    return CommentaryStream(
        model, config, SamplingConfig(temperature=0.0), previous_text="Red leads Blue."
    )


def clips(stream: CommentaryStream) -> list[int]:
    return [
        part.round_index for part in stream.snapshot().segments if part.kind == SegmentKind.VISION
    ]


def previous_text(stream: CommentaryStream) -> list[int]:
    snapshot = stream.snapshot()
    (part,) = (part for part in snapshot.segments if part.kind == SegmentKind.PREVIOUS_TEXT)
    return snapshot.token_ids[part.start : part.stop].tolist()


def first_logits(stream: CommentaryStream, model: LoadedModel, seed: int) -> Tensor:
    reply = model.chat.reply_ids([f"w{seed}"])
    with logits_of(model) as logits:
        stream.step(noise(seed), forced_reply=reply)
    return logits[0]


def test_full_attention_keeps_everything(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, "full")
    rounds = [stream.step(noise(seed)) for seed in range(7)]
    assert clips(stream) == list(range(7))
    assert rounds[-1].cache.bound_tokens is None
    sizes = [spoken.cache.total_tokens for spoken in rounds]
    assert sizes == sorted(sizes)
    assert "Red leads Blue." in small_model.tokenizer.decode(stream.snapshot().token_ids)


def test_full_attention_keeps_an_introduction_whole(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, "full")
    stream.step(noise(0))
    introduction = list(small_model.chat.encode("Red leads Blue."))
    assert len(introduction) > CONFIG.sink_tokens + CONFIG.previous_text_tokens
    assert previous_text(stream) == introduction


def test_streaming_keeps_sink_newest_text_and_newest_clips(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, "streaming")
    chat = small_model.chat
    for seed in range(7):
        stream.step(noise(seed), forced_reply=chat.reply_ids([f"w{seed}"]))
    assert clips(stream) == [5, 6]
    said = [*chat.encode("Red leads Blue."), *chat.encode(" w0 w1 w2 w3")]
    assert previous_text(stream) == [*said[:3], *said[-5:]]


def test_a_window_without_overlap_starts_anew(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, "window")
    seen: list[list[int]] = []
    for seed in range(7):
        spoken = stream.step(noise(seed))
        seen.append(clips(stream))
        assert spoken.index == seed
        assert spoken.cache.bound_tokens is not None
        assert spoken.cache.total_tokens <= spoken.cache.bound_tokens
    assert seen == [[0], [0, 1], [0, 1, 2], [3], [3, 4], [3, 4, 5], [6]]


def test_a_window_begins_again_with_what_was_said(small_model: LoadedModel) -> None:
    stream, chat = stream_of(small_model, "window"), small_model.chat
    kept: list[list[int]] = []
    for seed in range(7):
        stream.step(noise(seed), forced_reply=chat.reply_ids([f"w{seed}"]))
        kept.append(previous_text(stream))
    introduction = list(chat.encode("Red leads Blue."))
    sink, said = introduction[:3], [chat.encode(f" w{seed}") for seed in range(6)]
    first = [*sink, *introduction[-5:]]
    second = [*sink, *[*first, *said[0], *said[1], *said[2]][-5:]]
    third = [*sink, *[*second, *said[3], *said[4], *said[5]][-5:]]
    assert kept == [first] * 3 + [second] * 3 + [third]


def test_after_a_new_start_a_window_equals_a_new_stream(small_model: LoadedModel) -> None:
    wide = replace(CONFIG, scheme="window", sink_tokens=16, previous_text_tokens=16)
    old = CommentaryStream(
        small_model, wide, SamplingConfig(temperature=0.0), previous_text="Red leads Blue."
    )
    for seed in range(3):
        old.step(noise(seed), forced_reply=small_model.chat.reply_ids([f"w{seed}"]))
    shifted = CommentaryStream(
        small_model,
        wide,
        SamplingConfig(temperature=0.0),
        previous_text="Red leads Blue. w0 w1 w2",
        start_s=3.0,
    )
    for seed in range(3, 6):
        torch.testing.assert_close(
            first_logits(old, small_model, seed), first_logits(shifted, small_model, seed)
        )


def test_overlap_keeps_the_same_tokens_as_streaming_with_new_states(
    small_model: LoadedModel,
) -> None:
    streaming, overlap = (
        stream_of(small_model, "streaming"),
        stream_of(small_model, "window_overlap"),
    )
    differences: list[float] = []
    for seed in range(6):
        first = first_logits(streaming, small_model, seed)
        second = first_logits(overlap, small_model, seed)
        assert torch.equal(streaming.snapshot().token_ids, overlap.snapshot().token_ids)
        assert torch.equal(streaming.snapshot().positions, overlap.snapshot().positions)
        differences.append(float((first - second).abs().max()))
    assert max(differences[:2]) < 1e-4  # nothing left yet
    assert min(differences[3:]) > 1e-3  # reused states have seen what left


def test_overlap_equals_one_forward_over_what_is_kept(small_model: LoadedModel) -> None:
    overlap = stream_of(small_model, "window_overlap")
    for seed in range(5):
        overlap.step(noise(seed), forced_reply=small_model.chat.reply_ids(["w"]))
    with logits_of(small_model) as logits:
        overlap.step(noise(5), forced_reply=())
    seen = [patches_of(noise(seed), small_model.patches) for seed in clips(overlap)]
    expected = one_forward(small_model, overlap.snapshot(), seen, overlap.config.sample_fps)
    torch.testing.assert_close(logits[0], expected[-1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("scheme", ["streaming", "full"])
def test_native_positions_only_grow(small_model: LoadedModel, scheme: Scheme) -> None:
    stream = CommentaryStream(
        small_model,
        replace(CONFIG, scheme=scheme, positions="native"),
        SamplingConfig(temperature=0.0),
    )
    last: list[int] = []
    for seed in range(6):
        stream.step(noise(seed), forced_reply=small_model.chat.reply_ids(["w"]))
        last.append(int(stream.snapshot().positions[0, -1]))
    assert last == sorted(set(last))
    gaps = int(stream.snapshot().positions.max()) >= len(stream.snapshot().token_ids)
    assert gaps == (scheme == "streaming")


def test_native_equals_contiguous_before_anything_left(small_model: LoadedModel) -> None:
    native = CommentaryStream(
        small_model, replace(CONFIG, positions="native"), SamplingConfig(temperature=0.0)
    )
    contiguous = CommentaryStream(small_model, CONFIG, SamplingConfig(temperature=0.0))
    for seed in range(2):
        torch.testing.assert_close(
            first_logits(native, small_model, seed), first_logits(contiguous, small_model, seed)
        )
