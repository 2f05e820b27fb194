"""A tiny random Qwen2.5-VL checkpoint with a tokenizer of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    GenerationConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
)

if TYPE_CHECKING:
    from pathlib import Path

SPECIAL = ("endoftext", "im_start", "im_end", "vision_start", "vision_end", "video_pad")
MERGES = [("Ġ", "."), ("Ġ.", "."), ("Ġ..", "."), ("T", "i"), ("m", "e"), ("Ti", "me"), ("Ġ", "t")]


def save_tiny(folder: Path, seed: int = 0) -> Path:
    """Write the checkpoint; the same seed gives the same weights."""
    tokenizer = byte_tokenizer()
    ids = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in SPECIAL}
    torch.manual_seed(seed)
    model = Qwen2_5_VLForConditionalGeneration(tiny_config(len(tokenizer), ids))
    model.generation_config = GenerationConfig(
        eos_token_id=[ids["im_end"], ids["endoftext"]], pad_token_id=ids["endoftext"]
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    preprocessor = {"min_pixels": 56 * 56, "max_pixels": 112 * 84, "patch_size": 14}
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


def tiny_config(vocab_size: int, ids: dict[str, int]) -> Qwen2_5_VLConfig:
    """Two text layers of 32 channels, two vision blocks of 32, one of them windowed."""
    return Qwen2_5_VLConfig(
        text_config={
            "vocab_size": vocab_size,
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "intermediate_size": 64,
            "max_position_embeddings": 4096,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e4,
                "mrope_section": [2, 3, 3],
            },
            "bos_token_id": None,
            "eos_token_id": ids["im_end"],
            "pad_token_id": ids["endoftext"],
        },
        vision_config={
            "hidden_size": 32,
            "depth": 2,
            "num_heads": 2,
            "intermediate_size": 48,
            "out_hidden_size": 32,
            "patch_size": 14,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "tokens_per_second": 2,
            "window_size": 56,
            "fullatt_block_indexes": [1],
        },
        tie_word_embeddings=False,
        video_token_id=ids["video_pad"],
        image_token_id=ids["vision_end"],
        vision_start_token_id=ids["vision_start"],
        vision_end_token_id=ids["vision_end"],
        eos_token_id=ids["im_end"],
        pad_token_id=ids["endoftext"],
    )


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """A token per byte, and a few of more bytes, the silence marker among them."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merged = ["".join(pair) for pair in MERGES]
    names = [*alphabet, *merged, *(f"<|{name}|>" for name in SPECIAL)]
    tokenizer = Tokenizer(models.BPE({name: i for i, name in enumerate(names)}, MERGES))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=[f"<|{name}|>" for name in SPECIAL[1:2] + SPECIAL[3:]],
        clean_up_tokenization_spaces=False,
    )
