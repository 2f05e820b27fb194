"""The bundled model before any training: sizes, tokenizer, preprocessing, random weights."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import torch
from transformers import (
    GenerationConfig,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
)

from engine.match import words
from engine.match.events import EventKind, MatchEvent, Zone
from engine.match.stream import DEFAULT_HEIGHT, DEFAULT_WIDTH
from engine.training.bundled.tokenizer import train_tokenizer

TEXT = {
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 704,
    "rope_theta": 10_000.0,
    "mrope_section": [8, 12, 12],
}
VISION = {"hidden_size": 128, "depth": 4, "num_heads": 4, "intermediate_size": 256}

# CLIP's statistics, which every Qwen-VL checkpoint uses.
_IMAGE_MEAN = [0.48145466, 0.4578275, 0.40821073]
_IMAGE_STD = [0.26862954, 0.26130258, 0.27577711]


def corpus(rng: random.Random, num_lines: int = 4000) -> Iterator[str]:
    """Texts with every word the model will read or say."""
    yield "system\nYou are a helpful assistant.\nprevious text\nuser\nassistant\nTime=0.0-1.0s ..."
    teams_and_zones = [*words.NAMES, *words.COLOURS, *(zone.value for zone in Zone)]
    yield from (f" {word}" for word in teams_and_zones for _ in range(50))
    for _ in range(num_lines):
        teams = words.choose_teams(rng)
        kind = rng.choice(list(EventKind))
        goals = rng.randrange(6), rng.randrange(6)
        event = MatchEvent(
            0.0,
            kind,
            rng.randrange(2),
            goals,
            rng.choice(list(Zone)),
            new_match=kind is EventKind.KICK_OFF and rng.random() < 0.5,
        )
        yield " " + words.line_for(event, teams, rng) + " ..."
        yield " " + words.introduction(teams, rng)


def build(seed: int) -> tuple[Qwen2_5_VLForConditionalGeneration, object]:
    """A model with random weights and its tokenizer, both a function of `seed`."""
    tokenizer = train_tokenizer(corpus(random.Random(seed)))
    ids = tokenizer.convert_tokens_to_ids
    torch.manual_seed(seed)
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": TEXT["hidden_size"],
            "num_hidden_layers": TEXT["num_hidden_layers"],
            "num_attention_heads": TEXT["num_attention_heads"],
            "num_key_value_heads": TEXT["num_key_value_heads"],
            "intermediate_size": TEXT["intermediate_size"],
            "max_position_embeddings": 32768,
            "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": TEXT["rope_theta"],
                "mrope_section": TEXT["mrope_section"],
            },
            "bos_token_id": None,
            "eos_token_id": ids("<|im_end|>"),
            "pad_token_id": ids("<|endoftext|>"),
        },
        vision_config={
            **VISION,
            "out_hidden_size": TEXT["hidden_size"],
            "patch_size": 14,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "tokens_per_second": 2,
            "window_size": 112,
            "fullatt_block_indexes": list(range(VISION["depth"])),
        },
        tie_word_embeddings=True,
        video_token_id=ids("<|video_pad|>"),
        image_token_id=ids("<|image_pad|>"),
        vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
        eos_token_id=ids("<|im_end|>"),
        pad_token_id=ids("<|endoftext|>"),
    )
    model = Qwen2_5_VLForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        eos_token_id=[ids("<|im_end|>"), ids("<|endoftext|>")],
        pad_token_id=ids("<|endoftext|>"),
        do_sample=False,
    )
    return model, tokenizer


def save(model: Qwen2_5_VLForConditionalGeneration, tokenizer: object, folder: Path) -> None:
    """Write a checkpoint folder that the engine and transformers load."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)  # type: ignore[attr-defined]
    area = DEFAULT_WIDTH * DEFAULT_HEIGHT
    preprocessor = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "min_pixels": area,
        "max_pixels": area,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": _IMAGE_MEAN,
        "image_std": _IMAGE_STD,
    }
    text = json.dumps(preprocessor, indent=1) + "\n"
    (folder / "preprocessor_config.json").write_text(text, encoding="utf-8")
