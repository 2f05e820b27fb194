"""Random checkpoints of all families, small enough to run in milliseconds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from transformers import (
    GenerationConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
)

from tests.engine.training.tiny import SPECIAL, byte_tokenizer, tiny_config

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel, Qwen2_5_VLConfig

FAMILIES = ("qwen2_5_vl", "qwen2_vl", "qwen3_vl")

_SHARED_TEXT = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "max_position_embeddings",
    "eos_token_id",
    "pad_token_id",
)


def save_checkpoint(folder: Path, model_type: str = "qwen2_5_vl", seed: int = 0) -> Path:
    """Write a checkpoint; the same seed gives the same weights."""
    tokenizer = byte_tokenizer()
    ids = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in SPECIAL}
    torch.manual_seed(seed)
    model = _random_model(model_type, tiny_config(len(tokenizer), ids), ids)
    _spread(model)
    model.generation_config = GenerationConfig(
        eos_token_id=[ids["im_end"], ids["endoftext"]], pad_token_id=ids["endoftext"]
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    preprocessor = {"min_pixels": 56 * 56, "max_pixels": 280 * 280}
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


def _random_model(
    model_type: str, middle: Qwen2_5_VLConfig, ids: dict[str, int]
) -> PreTrainedModel:
    if model_type == "qwen2_vl":
        return Qwen2VLForConditionalGeneration(_older_config(middle.to_dict(), ids))
    if model_type == "qwen3_vl":
        return Qwen3VLForConditionalGeneration(_newer_config(middle.to_dict(), ids))
    return Qwen2_5_VLForConditionalGeneration(middle)


def _newer_config(middle: dict[str, dict[str, object]], ids: dict[str, int]) -> Qwen3VLConfig:
    """Heads wider than the channels they share, three layers, deep features for two of them."""
    text = {key: value for key, value in middle["text_config"].items() if key in _SHARED_TEXT}
    return Qwen3VLConfig(
        text_config=text
        | {
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 24,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e4,
                "mrope_section": [6, 3, 3],
                "mrope_interleaved": True,
            },
        },
        vision_config={
            "hidden_size": 32,
            "depth": 3,
            "num_heads": 2,
            "intermediate_size": 48,
            "out_hidden_size": 32,
            "patch_size": 16,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0, 1],
        },
        tie_word_embeddings=False,
        video_token_id=ids["video_pad"],
        image_token_id=ids["vision_end"],
        vision_start_token_id=ids["vision_start"],
        vision_end_token_id=ids["vision_end"],
    )


def _older_config(recent: dict[str, dict[str, object]], ids: dict[str, int]) -> Qwen2VLConfig:
    text = {key: value for key, value in recent["text_config"].items() if key != "model_type"}
    return Qwen2VLConfig(
        text_config=text,
        vision_config={
            "embed_dim": 32,
            "depth": 2,
            "num_heads": 2,
            "mlp_ratio": 2,
            "hidden_size": 32,
            "patch_size": 14,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
        },
        tie_word_embeddings=False,
        video_token_id=ids["video_pad"],
        image_token_id=ids["vision_end"],
        vision_start_token_id=ids["vision_start"],
        vision_end_token_id=ids["vision_end"],
    )


def _spread(model: torch.nn.Module) -> None:
    """Weights far larger than at the start of a training, so that attention matters."""
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.dim() > 1:
                weights.normal_(0, 1.2 / weights[0].numel() ** 0.5)
            elif name.endswith("bias"):
                weights.normal_(0, 0.1)
