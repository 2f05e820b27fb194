"""Models of a given shape with random weights, built in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from engine.errors import ConfigError
from engine.model.checkpoint import BUNDLED, Checkpoint, find_folder
from engine.model.families import family_of
from engine.model.load import Placement, finish, load_tokenizer
from engine.model.torchvision import make_torchvision_importable
from engine.prompt import SpecialTokens
from engine.vision import PatchSpec

if TYPE_CHECKING:
    from engine.model import LoadedModel
    from engine.prompt import Tokenizer

PATCHES = PatchSpec(14, 2, 2, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), 56 * 56, 768 * 28 * 28)
VOCABULARY = 152_064
_SEED = 0
_GAIN = 1.5  # keeps activations of random weights apart, so that attention and heads matter


@dataclass(frozen=True, slots=True)
class StandIn:
    """A Qwen2.5-VL's sizes.

    Attributes:
        hidden, layers, heads, kv_heads, feed_forward: Of the text decoder.
        rotary_sections: Frequencies of time, height and width.
        vision_hidden, vision_layers, vision_heads, vision_feed_forward: Of the vision tower.
        full_layers: Layers of the tower that see the whole clip.
    """

    hidden: int
    layers: int
    heads: int
    kv_heads: int
    feed_forward: int
    rotary_sections: tuple[int, int, int]
    vision_hidden: int
    vision_layers: int
    vision_heads: int
    vision_feed_forward: int
    full_layers: tuple[int, ...]


STAND_INS = {
    "tiny": StandIn(128, 4, 4, 2, 256, (4, 6, 6), 64, 2, 4, 128, (1,)),
    "half-b": StandIn(896, 24, 14, 2, 4864, (8, 12, 12), 512, 8, 8, 1408, (3, 7)),
}
"""The tiny model of the golden traces, and one with the text decoder of a Qwen2.5 of half a
billion parameters."""


def build_stand_in(name: str, placement: Placement) -> LoadedModel:
    """A model with the sizes of `name`, the bundled tokenizer and the same random weights always.

    Raises:
        ConfigError: There is no such stand-in.
    """
    if name not in STAND_INS:
        raise ConfigError(f"there is no stand-in {name!r}; choose from {', '.join(STAND_INS)}")
    make_torchvision_importable()
    import transformers

    folder = find_folder(BUNDLED)
    tokenizer = load_tokenizer(folder)
    settings = _settings(STAND_INS[name], tokenizer)
    family = family_of(settings["model_type"], name)
    network_class: Any = getattr(transformers, family.class_name)
    config_class: Any = network_class.config_class
    config: Any = config_class(**settings, attn_implementation=placement.attention)
    network: Any = network_class(config).to(placement.precision.dtype)
    network.generation_config.eos_token_id = SpecialTokens.of(tokenizer).turn_end
    _randomise(network)
    parameters = sum(weights.numel() for weights in network.parameters())
    checkpoint = Checkpoint(folder, family, settings, parameters)
    model = finish(name, checkpoint, network, placement)
    return replace(model, patches=PATCHES)


def _randomise(network: Any) -> None:
    """Weights far larger than at the start of a training, so that no layer is idle."""
    generator = torch.Generator().manual_seed(_SEED)
    with torch.no_grad():
        for name, weights in network.named_parameters():
            if weights.dim() > 1:
                deviation = 1.0 if "embed_tokens" in name else _GAIN / math.sqrt(weights[0].numel())
                weights.normal_(0, deviation, generator=generator)
            elif name.endswith("bias"):
                weights.normal_(0, 0.1, generator=generator)
            else:
                weights.normal_(1, 0.1, generator=generator)


def _settings(sizes: StandIn, tokenizer: Tokenizer) -> dict[str, Any]:
    special = SpecialTokens.of(tokenizer)
    return {
        "model_type": "qwen2_5_vl",
        "tie_word_embeddings": False,
        "video_token_id": special.video_pad,
        "vision_start_token_id": special.vision_start,
        "vision_end_token_id": special.vision_end,
        "text_config": _text_settings(sizes),
        "vision_config": _vision_settings(sizes),
    }


def _text_settings(sizes: StandIn) -> dict[str, Any]:
    return {
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.kv_heads,
        "intermediate_size": sizes.feed_forward,
        "vocab_size": VOCABULARY,
        "rms_norm_eps": 1e-6,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 1e6,
            "mrope_section": list(sizes.rotary_sections),
        },
        "use_sliding_window": False,
    }


def _vision_settings(sizes: StandIn) -> dict[str, Any]:
    return {
        "depth": sizes.vision_layers,
        "hidden_size": sizes.vision_hidden,
        "num_heads": sizes.vision_heads,
        "intermediate_size": sizes.vision_feed_forward,
        "out_hidden_size": sizes.hidden,
        "fullatt_block_indexes": list(sizes.full_layers),
        "window_size": 112,
        "patch_size": 14,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
        "tokens_per_second": 2,
    }
