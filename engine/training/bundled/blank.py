"""The bundled model before any training: sizes, tokenizer, preprocessing, random weights."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import torch
from transformers import (
    GenerationConfig,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
)

from engine.match import words
from engine.match.events import EventKind, MatchEvent, Zone
from engine.match.simulator import GOALS_TO_WIN
from engine.match.stream import DEFAULT_HEIGHT, DEFAULT_WIDTH
from engine.training.bundled.tokenizer import train_tokenizer
from engine.vision import PatchSpec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import Tensor

_NEW_MATCH_SHARE = 0.5  # of the kick-offs in the tokenizer's corpus
_HIDDEN, _HEADS, _KV_HEADS, _LAYERS = 256, 4, 2, 4
_ROPE_THETA = 10_000.0
_MROPE_SECTION = (8, 12, 12)  # rotary pairs for time, height, width; half a head in all
_VISION_DEPTH = 4

# With transformers' initial 0.02 the first layers' outputs drown the embeddings, and looking up
# by what a token is does not start to be learnt; see NOTES.md.
_EMBEDDING_GAIN = 5.0
_QUICK_PAIRS = 12  # rotary pairs that turn fast enough to tell neighbours apart
_LOOK_BACK_STRENGTH = 6.0

# CLIP's statistics, which every Qwen-VL checkpoint uses.
_IMAGE_MEAN = (0.48145466, 0.4578275, 0.40821073)
_IMAGE_STD = (0.26862954, 0.26130258, 0.27577711)
_AREA = DEFAULT_WIDTH * DEFAULT_HEIGHT
PATCHES = PatchSpec(14, 2, 2, _IMAGE_MEAN, _IMAGE_STD, _AREA, _AREA)
"""How the model wants its pictures: always about as many pixels as the match is drawn with."""


def corpus(rng: random.Random, num_lines: int = 4000) -> Iterator[str]:
    """Texts with every word the model will read or say."""
    yield "system\nYou are a helpful assistant.\nprevious text\nuser\nassistant\nTime=0.0-1.0s ..."
    teams_and_zones = [*words.NAMES, *words.COLOURS, *(zone.value for zone in Zone)]
    yield from (f" {word}" for word in teams_and_zones for _ in range(50))
    for _ in range(num_lines):
        teams = words.choose_teams(rng)
        kind = rng.choice(list(EventKind))
        goals = rng.randint(0, GOALS_TO_WIN), rng.randint(0, GOALS_TO_WIN)
        event = MatchEvent(
            0.0,
            kind,
            rng.randrange(2),
            goals,
            rng.choice(list(Zone)),
            new_match=kind is EventKind.KICK_OFF and rng.random() < _NEW_MATCH_SHARE,
        )
        yield " " + words.line_for(event, teams, rng) + " ..."
        yield " " + words.introduction(teams, rng)


def build(seed: int) -> tuple[Any, Any]:
    """A transformers Qwen2.5-VL with random weights and its tokenizer, functions of `seed`."""
    tokenizer: Any = train_tokenizer(corpus(random.Random(seed)))
    torch.random.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType]
    network: Any = Qwen2_5_VLForConditionalGeneration(_config(tokenizer))
    with torch.no_grad():
        network.model.language_model.embed_tokens.weight.mul_(_EMBEDDING_GAIN)
    _look_back(network.model.language_model.layers[0].self_attn, distances=(1, 2))
    pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id
    network.generation_config = GenerationConfig(
        eos_token_id=[end, pad], pad_token_id=pad, do_sample=False
    )
    return network, tokenizer


def _config(tokenizer: Any) -> Qwen2_5_VLConfig:
    names = ("endoftext", "im_end", "video_pad", "image_pad", "vision_start", "vision_end")
    pad, end, video, image, start, stop = tokenizer.convert_tokens_to_ids(
        [f"<|{name}|>" for name in names]
    )
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": _HIDDEN,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _KV_HEADS,
        "intermediate_size": 704,
        "max_position_embeddings": 32768,
        "tie_word_embeddings": True,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": _ROPE_THETA,
            "mrope_section": list(_MROPE_SECTION),
        },
        "bos_token_id": None,
        "eos_token_id": end,
        "pad_token_id": pad,
    }
    vision = {
        "hidden_size": 128,
        "depth": _VISION_DEPTH,
        "num_heads": 4,
        "intermediate_size": 256,
        "out_hidden_size": _HIDDEN,
        "patch_size": PATCHES.patch_size,
        "spatial_merge_size": PATCHES.merge_size,
        "temporal_patch_size": PATCHES.temporal_patch_size,
        "tokens_per_second": 2,
        "window_size": 112,
        "fullatt_block_indexes": list(range(_VISION_DEPTH)),
    }
    return Qwen2_5_VLConfig(
        text_config=text,
        vision_config=vision,
        tie_word_embeddings=True,
        video_token_id=video,
        image_token_id=image,
        vision_start_token_id=start,
        vision_end_token_id=stop,
    )


def _look_back(attention: Any, distances: tuple[int, ...]) -> None:
    """Make the first query heads of a layer look a fixed number of tokens back.

    Copying what followed an earlier mention takes a head that looks one token back and another one
    that matches, and neither is of use before the other. Only biases are set: with key k and query
    q at an angle of the distance times each frequency, rotary embedding makes q . k largest at
    exactly that distance.
    """
    half = _HIDDEN // _HEADS // 2
    quick = torch.arange(_QUICK_PAIRS)
    frequencies = torch.pow(torch.tensor(_ROPE_THETA), -quick / half)
    keys: Tensor = attention.k_proj.bias
    queries: Tensor = attention.q_proj.bias
    with torch.no_grad():
        keys[quick] = _LOOK_BACK_STRENGTH
        for head, distance in enumerate(distances):
            first = head * 2 * half + quick
            queries[first] = _LOOK_BACK_STRENGTH * torch.cos(distance * frequencies)
            queries[first + half] = -_LOOK_BACK_STRENGTH * torch.sin(distance * frequencies)


def save(network: Any, tokenizer: Any, folder: Path) -> None:
    """Write a checkpoint folder that the engine and transformers load."""
    folder.mkdir(parents=True, exist_ok=True)
    for config in (network.config.text_config, network.config.vision_config):
        config.dtype = network.dtype  # else that in which it was loaded
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    preprocessor = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "min_pixels": PATCHES.min_pixels,
        "max_pixels": PATCHES.max_pixels,
        "patch_size": PATCHES.patch_size,
        "temporal_patch_size": PATCHES.temporal_patch_size,
        "merge_size": PATCHES.merge_size,
        "image_mean": PATCHES.mean,
        "image_std": PATCHES.std,
    }
    text = json.dumps(preprocessor, indent=1) + "\n"
    (folder / "preprocessor_config.json").write_text(text, encoding="utf-8")
