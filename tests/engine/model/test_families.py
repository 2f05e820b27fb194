"""What is particular to each family, and streaming with all of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers.models.qwen3_vl.modeling_qwen3_vl import Qwen3VLTextRotaryEmbedding
from transformers.models.qwen3_vl.processing_qwen3_vl import Qwen3VLProcessor

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.cache.positions import contiguous_positions
from engine.cache.segments import Segment, SegmentKind
from engine.errors import ConfigError, ModelLoadError
from engine.model.families import FAMILIES, family_of
from engine.model.rotary import MultimodalRotary
from engine.vision import patches_of
from tests.engine.checkpoints import save_checkpoint
from tests.engine.logits import logits_of
from tests.engine.pictures import noise
from tests.engine.running import tokens_run

CONFIG = StreamingConfig(
    vision_window_rounds=2,
    text_window_rounds=3,
    sink_tokens=4,
    previous_text_tokens=8,
    max_new_tokens=4,
    sample_fps=4.0,  # two temporal patches a round
)
GREEDY = SamplingConfig(temperature=0.0)


@pytest.fixture(scope="module")
def stamping_model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """A small random Qwen3-VL model."""
    folder = save_checkpoint(tmp_path_factory.mktemp("qwen3"), "qwen3_vl")
    return load_model(folder, device="cpu", dtype="float32")


def rounds_of(stream: CommentaryStream, kind: SegmentKind) -> list[int | None]:
    return [part.round_index for part in stream.snapshot().segments if part.kind == kind]


def tokens_of(stream: CommentaryStream, *rounds: int) -> int:
    parts = stream.snapshot().segments
    return sum(part.stop - part.start for part in parts if part.round_index in rounds)


def test_a_long_stream_stays_within_its_bound_and_repeats_itself(
    family_model: LoadedModel,
) -> None:
    stream = CommentaryStream(family_model, CONFIG, GREEDY, previous_text="Red leads.")
    first = [stream.step(noise(seed, frames=4)) for seed in range(12)]
    assert all(spoken.cache.total_tokens <= (spoken.cache.bound_tokens or 0) for spoken in first)
    assert set(rounds_of(stream, SegmentKind.VISION)) == {10, 11}
    assert len({spoken.cache.bound_tokens for spoken in first}) == 1
    stream.reset()
    again = [stream.step(noise(seed, frames=4)) for seed in range(12)]
    assert [spoken.token_ids for spoken in again] == [spoken.token_ids for spoken in first]


def test_only_what_is_new_is_run_and_all_is_placed_without_gaps(family_model: LoadedModel) -> None:
    stream = CommentaryStream(family_model, CONFIG, GREEDY)
    reply = family_model.chat.reply_ids(["w"])
    for seed in range(6):
        stream.step(noise(seed, frames=4), forced_reply=reply)
    before = tokens_of(stream, 5)
    patches: list[int] = []
    hook = family_model.network.model.visual.register_forward_hook(
        lambda _module, given, _output: patches.append(len(given[0]))
    )
    with tokens_run(family_model.decoder) as tokens:
        stream.step(noise(6, frames=4), forced_reply=reply)
    hook.remove()
    clip = patches_of(noise(6, frames=4), family_model.patches)
    assert patches == [len(clip.pixel_values)]
    assert sum(tokens) == tokens_of(stream, 5, 6) - before

    family = family_model.checkpoint.family
    grid = (1, *clip.token_grid[1:]) if family.stamps_patches else clip.token_grid
    snapshot = stream.snapshot()
    segments = [
        Segment(
            part.kind,
            part.round_index,
            part.stop - part.start,
            grid if part.kind == SegmentKind.VISION else None,
        )
        for part in snapshot.segments
    ]
    rule = family.position_rule(
        family_model.checkpoint.vision_config, CONFIG.sample_fps, reference=False
    )
    np.testing.assert_array_equal(snapshot.positions, contiguous_positions(segments, rule))


@pytest.mark.parametrize("num_frames", [1, 2, 3, 4, 5])
def test_stamps_are_those_of_the_families_own_processor(
    stamping_model: LoadedModel, num_frames: int
) -> None:
    start_s = 7.0
    clip = patches_of(noise(0, frames=num_frames), stamping_model.patches)
    turn = stamping_model.chat.user_turn(start_s, start_s + 1, clip.token_grid, None, clip.moments)
    found = [
        stamping_model.chat.decode(piece.ids) for piece in turn if piece.kind == SegmentKind.STAMP
    ]
    frame_numbers = [int(start_s * num_frames) + frame for frame in range(num_frames)]
    times: list[float] = Qwen3VLProcessor._calculate_timestamps(
        None, frame_numbers, num_frames, stamping_model.patches.temporal_patch_size
    )
    assert found == [f"<{time_s:.1f} seconds>" for time_s in times]
    assert len(found) == clip.patch_grid[0]


def test_stamps_leave_with_their_clips(stamping_model: LoadedModel) -> None:
    stream = CommentaryStream(stamping_model, CONFIG, GREEDY)
    for seed in range(5):
        stream.step(noise(seed, frames=4))
    assert rounds_of(stream, SegmentKind.STAMP) == [3, 3, 4, 4]
    assert rounds_of(stream, SegmentKind.VISION) == [3, 3, 4, 4]
    assert rounds_of(stream, SegmentKind.TIME) == [2, 3, 4]


@pytest.mark.parametrize(("sections", "channels"), [([24, 20, 20], 128), ([6, 3, 3], 24)])
def test_interleaved_frequencies_are_those_of_transformers(
    stamping_model: LoadedModel, sections: list[int], channels: int
) -> None:
    config = stamping_model.network.config.text_config.to_dict()
    stock = Qwen3VLTextRotaryEmbedding(
        type(stamping_model.network.config.text_config)(
            **config
            | {
                "head_dim": channels,
                "rope_parameters": {
                    "rope_type": "default",
                    "rope_theta": 1e4,
                    "mrope_section": sections,
                },
            }
        )
    )
    axes = stamping_model.checkpoint.family.frequency_axes(sections, channels // 2)
    positions = torch.randint(0, 999, (3, 7))
    found = MultimodalRotary(stock.inv_freq, axes, 1.0)(positions)
    cos, sin = stock(torch.zeros(1), positions[:, None])
    torch.testing.assert_close(found.cos, cos[0])
    torch.testing.assert_close(found.sin[:, channels // 2 :], sin[0, :, channels // 2 :])


def test_deep_features_count(stamping_model: LoadedModel) -> None:
    """Without what the tower gives to the decoder's first layers, another token is likely."""
    reply = stamping_model.chat.reply_ids(["w"])
    heard: list[torch.Tensor] = []
    for scale in (1.0, 0.0):
        mergers = stamping_model.network.model.visual.deepstack_merger_list
        hooks = [
            merger.register_forward_hook(lambda _module, _given, output, by=scale: output * by)
            for merger in mergers
        ]
        stream = CommentaryStream(stamping_model, CONFIG, GREEDY)
        with logits_of(stamping_model) as logits:
            stream.step(noise(0, frames=4), forced_reply=reply)
        heard.append(logits[0])
        for hook in hooks:
            hook.remove()
    assert float((heard[0] - heard[1]).abs().max()) > 1e-3


def test_the_reference_knows_no_stamps(stamping_model: LoadedModel) -> None:
    with pytest.raises(ConfigError, match="reference_quirks"):
        CommentaryStream(stamping_model, StreamingConfig(reference_quirks=True))


def test_every_family_is_found_by_its_type() -> None:
    assert [family_of(family.model_type, "here") for family in FAMILIES] == list(FAMILIES)
    with pytest.raises(ModelLoadError, match=r"'llama'; choose .* Qwen3-VL"):
        family_of("llama", "here")
