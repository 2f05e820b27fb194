"""What is trained on is, token for token, what streaming puts into its cache."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine import CommentaryStream, StreamingConfig
from engine.data.turns import Turn
from engine.errors import DataError, FrameError
from engine.training.clip import Clip
from engine.training.collate import ClipCollator, merge_grids
from engine.training.encode import IGNORED
from engine.training.loss import ReplyLoss
from engine.training.model import encoder_of

if TYPE_CHECKING:
    from engine.model import LoadedModel
    from engine.training.encode import EncodedClip

TURNS = (
    Turn(("Kick-off", "by", "the", "Falcons.")),
    Turn(),
    Turn(("Goal!",), question="Who leads?", answer="The Falcons, 2 to 1."),
    Turn(),
)


def make_clip(seed: int = 0, sizes: tuple[tuple[int, int], ...] = ((84, 112),) * 4) -> Clip:
    rng = np.random.default_rng(seed)
    return Clip(
        turns=TURNS[: len(sizes)],
        pictures=[rng.integers(0, 256, (2, *size, 3), np.uint8) for size in sizes],
        start_s=7.0,
        previous_text="Falcons in red against Sharks in blue.",
        instruction="Call the play.",
    )


@pytest.mark.parametrize("sizes", [((84, 112),) * 4, ((84, 112), (56, 112), (56, 112), (84, 84))])
@pytest.mark.parametrize("budget", [(512, 512), (5, 8), (0, 0)])
def test_training_equals_streaming_token_for_token(
    tiny: LoadedModel, sizes: tuple[tuple[int, int], ...], budget: tuple[int, int]
) -> None:
    config = StreamingConfig(
        sink_tokens=budget[0], previous_text_tokens=budget[1], max_new_tokens=99
    )
    clip = make_clip(sizes=sizes)
    trained = encoder_of(tiny, config)(clip)
    stream = CommentaryStream(
        tiny,
        config,
        previous_text=clip.previous_text,
        instruction=clip.instruction,
        start_s=clip.start_s,
    )
    for turn, frames in zip(clip.turns, clip.pictures, strict=True):
        reply = tiny.chat.reply_ids(turn.spoken)
        stream.step(frames, question=turn.question or None, forced_reply=reply)
    kept = stream.snapshot()
    # The last end token has no keys and values yet when a round is over.
    stored = len(kept.token_ids)
    assert len(trained) - 1 <= stored <= len(trained)
    assert kept.token_ids.tolist() == trained.input_ids[:stored].tolist()
    assert kept.positions.tolist() == trained.positions[:, :stored].tolist()


def test_positions_are_those_of_the_stock_model(tiny: LoadedModel) -> None:
    clip = encoder_of(tiny, StreamingConfig())(make_clip(sizes=((84, 112), (56, 112))))
    ids = torch.from_numpy(clip.input_ids)[None]
    is_video = (ids == tiny.chat.special.video_pad).int() * 2
    stock, _ = tiny.network.model.get_rope_index(
        ids,
        mm_token_type_ids=is_video,
        video_grid_thw=torch.tensor(clip.patch_grids),
        second_per_grid_ts=torch.tensor([1.0, 1.0]),
    )
    assert stock[:, 0].tolist() == clip.positions.tolist()


def test_only_replies_with_their_end_tokens_are_learnt(tiny: LoadedModel) -> None:
    clip = encoder_of(tiny, StreamingConfig())(make_clip())
    learnt = clip.labels != IGNORED
    assert (clip.labels[learnt] == clip.input_ids[learnt]).all()
    assert tiny.tokenizer.decode(clip.input_ids[learnt]) == (
        " Kick-off by the Falcons. ...<|im_end|> ...<|im_end|>"
        " The Falcons, 2 to 1. Goal! ...<|im_end|> ...<|im_end|>"
    )


def test_chosen_tokens_of_the_previous_text_are_learnt_on_request(tiny: LoadedModel) -> None:
    clip = make_clip()
    chosen = frozenset(tiny.chat.encode(clip.previous_text)[:3])
    plain = encoder_of(tiny, StreamingConfig())(clip)
    more = replace(encoder_of(tiny, StreamingConfig()), learnt_in_previous=chosen)(clip)
    extra = more.labels != plain.labels
    start = plain.input_ids.tolist().index(tiny.chat.encode(clip.previous_text)[0])
    assert extra.sum() >= 3
    assert set(more.labels[extra].tolist()) <= chosen
    assert np.flatnonzero(extra).max() < start + len(tiny.chat.encode(clip.previous_text))


def test_the_introduction_is_never_learnt(tiny: LoadedModel) -> None:
    clip = make_clip()
    chosen = frozenset(tiny.chat.encode(clip.previous_text))
    encode = replace(encoder_of(tiny, StreamingConfig()), learnt_in_previous=chosen)
    plain = encoder_of(tiny, StreamingConfig())(clip)
    all_given = encode(replace(make_clip(), introduction=clip.previous_text))
    np.testing.assert_array_equal(all_given.labels, plain.labels)
    words = clip.previous_text.split()
    half_given = encode(replace(make_clip(), introduction=" ".join(words[:3])))
    extra = half_given.labels[half_given.labels != plain.labels]
    assert tiny.tokenizer.decode(extra) == " " + " ".join(words[3:])


def test_the_whole_text_reads_as_the_method_has_it(tiny: LoadedModel) -> None:
    clip = encoder_of(tiny, StreamingConfig())(make_clip())
    text = tiny.tokenizer.decode(clip.input_ids).replace("<|video_pad|>" * 12, "PICTURE")
    seen = "<|vision_start|>PICTURE<|vision_end|>"
    assert text == (
        "<|im_start|>system\nYou are a helpful assistant.\nCall the play.<|im_end|>\n"
        "<|im_start|>previous text\nFalcons in red against Sharks in blue.<|im_end|>\n"
        f"<|im_start|>user\nTime=7.0-8.0s{seen}<|im_end|>\n"
        "<|im_start|>assistant\n Kick-off by the Falcons. ...<|im_end|>\n"
        f"<|im_start|>user\nTime=8.0-9.0s{seen}<|im_end|>\n<|im_start|>assistant\n ...<|im_end|>\n"
        f"<|im_start|>user\nTime=9.0-10.0s{seen}Who leads?<|im_end|>\n"
        "<|im_start|>assistant\n The Falcons, 2 to 1. Goal! ...<|im_end|>\n"
        f"<|im_start|>user\nTime=10.0-11.0s{seen}<|im_end|>\n<|im_start|>assistant\n ...<|im_end|>"
    )


def test_batch_of_unequal_clips_has_the_loss_of_the_stock_model_alone(tiny: LoadedModel) -> None:
    encode = encoder_of(tiny, StreamingConfig())
    clips = [encode(make_clip()), encode(make_clip(1, ((84, 112), (56, 84))))]
    batch = ClipCollator(pad_token_id=0)(clips)
    labels = batch.pop("labels")
    outputs = tiny.network(**batch)
    assert len(outputs.logits) == sum((clip.labels != IGNORED).sum() for clip in clips)
    loss = ReplyLoss()(outputs, labels)
    alone = [stock_loss(tiny, clip) for clip in clips]
    mean = sum(total for total, _ in alone) / sum(count for _, count in alone)
    assert loss.item() == pytest.approx(mean, abs=1e-5)


def test_pixels_that_are_rounded_early_change_no_loss_in_bfloat16(tiny: LoadedModel) -> None:
    clips = [encoder_of(tiny, StreamingConfig())(make_clip())]
    losses: list[float] = []
    for dtype in (torch.float32, torch.bfloat16):
        batch = ClipCollator(0, dtype)(clips)
        pixels = batch["pixel_values_videos"]
        assert isinstance(pixels, torch.Tensor)
        assert pixels.dtype == dtype
        labels = batch.pop("labels")
        with torch.autocast("cpu", torch.bfloat16):
            losses.append(ReplyLoss()(tiny.network(**batch), labels).item())
    assert losses[0] == losses[1]


def stock_loss(tiny: LoadedModel, clip: EncodedClip) -> tuple[float, int]:
    """Summed loss of one clip through the model's own loss, and the number of its tokens."""
    count = int((clip.labels != IGNORED).sum())
    output = tiny.network(
        input_ids=torch.from_numpy(clip.input_ids)[None],
        attention_mask=torch.ones(1, len(clip), dtype=torch.int64),
        position_ids=torch.from_numpy(clip.positions)[:, None],
        pixel_values_videos=clip.patches,
        video_grid_thw=torch.tensor(clip.patch_grids),
        labels=torch.from_numpy(clip.labels)[None],
    )
    return output.loss.item() * count, count


def test_token_weights_scale_the_loss_of_their_tokens(tiny: LoadedModel) -> None:
    batch = ClipCollator(0)([encoder_of(tiny, StreamingConfig())(make_clip())])
    labels = batch.pop("labels")
    outputs = tiny.network(**batch)
    end = tiny.chat.special.turn_end
    plain, silent, double = (
        ReplyLoss(weights)(outputs, labels).item() for weights in (None, {end: 0.0}, {end: 2.0})
    )
    assert silent < plain < double
    assert plain - silent == pytest.approx(double - plain, rel=1e-4)


def test_neighbouring_pictures_of_one_size_are_joined() -> None:
    assert merge_grids([(1, 2, 4), (1, 2, 4), (2, 4, 2), (1, 2, 4)]) == [
        (2, 2, 4),
        (2, 4, 2),
        (1, 2, 4),
    ]


def test_clip_without_its_pictures_is_refused(tiny: LoadedModel) -> None:
    encode = encoder_of(tiny, StreamingConfig())
    with pytest.raises(DataError, match="0 pictures and 1 turns"):
        encode(Clip(turns=(Turn(),), pictures=[]))
    with pytest.raises(FrameError, match="uint8"):
        encode(Clip(turns=(Turn(),), pictures=[np.zeros((2, 84, 112, 3), np.float32)]))  # type: ignore[list-item]
