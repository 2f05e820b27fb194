"""Streams on another device and on two of them, beside the same on the processor.

    speak_elsewhere.py CHECKPOINT RESULT.json

The result is what was said: on the processor, elsewhere with and without a mask, and spread; and
what is found where a tensor was left behind.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch.nn.attention import varlen

from tests.engine.model import elsewhere

if __name__ == "__main__":
    elsewhere.register()

from engine import LoadedModel, load_model
from engine.model import own_flash
from engine.model.attention import attend_on_cuda, attend_with_mask
from engine.model.static import StaticSteps
from engine.model.tower import use_attention
from tests.engine.model.decoding import told_before_and_after_an_instruction
from tests.engine.model.varlen import attend_in_sequences

FIRST, SECOND = (torch.device(elsewhere.KIND, index) for index in range(2))


def main(checkpoint: Path, result: Path) -> None:
    said: dict[str, object] = {"here": told(load(checkpoint))}
    ways = {way: load(checkpoint) for way in (masked, counted, spread)}
    left = load(checkpoint)
    with ExitStack() as stack:
        for mode in elsewhere.computing():
            stack.enter_context(mode)
        # Only a device's own library could make one.
        generator = torch.Generator()
        stack.enter_context(patch.object(torch, "Generator", lambda **_: generator))
        stack.enter_context(patch.object(varlen, "varlen_attn", attend_in_sequences))
        for way, model in ways.items():
            said[way.__name__] = told(way(model))
        said["left_behind"] = found_in(left)
    result.write_text(json.dumps(said))


def found_in(model: LoadedModel) -> str:
    """What is said of a model whose last norm was not moved."""
    norm = model.network.model.language_model.norm
    weight = norm.weight
    elsewhere.move(model.network, lambda _: FIRST)
    norm.weight = weight
    try:
        told(model)
    except elsewhere.MixedDevicesError as error:
        return str(error)
    return ""


def load(checkpoint: Path) -> LoadedModel:
    return load_model(checkpoint, device="cpu", dtype="float32")


def masked(model: LoadedModel) -> LoadedModel:
    elsewhere.move(model.network, lambda _: FIRST)
    model.decoder.steps = StaticSteps(model.decoder)
    return model


def counted(model: LoadedModel) -> LoadedModel:
    elsewhere.move(model.network, lambda _: FIRST)
    use_attention(model.network, own_flash.TOWER_KERNEL, own_flash.attend_in_windows)
    decoder: Any = model.decoder
    decoder._attend = [attend_by_count] * len(decoder.layers)
    decoder.steps = StaticSteps(decoder, has_mask=False)
    return model


def attend_by_count(queries: Any, stored: Any) -> torch.Tensor:
    """Several tokens' mask for flash kernels is a kind of tensor that no other can be made of."""
    attend = attend_with_mask if stored.visible is None else attend_on_cuda
    return attend(queries, stored)


def spread(model: LoadedModel) -> LoadedModel:
    elsewhere.move(model.network, place)
    num_layers = len(model.network.model.language_model.layers)
    return replace(model, layer_devices=(FIRST,) + (SECOND,) * (num_layers - 1))


def place(name: str) -> torch.device:
    """All but the first layer and what comes before it on the second device."""
    later = ("model.language_model.layers.", "model.language_model.norm", "lm_head")
    is_first = not name.startswith(later) or name.startswith("model.language_model.layers.0")
    return FIRST if is_first else SECOND


def told(model: LoadedModel) -> list[list[int]]:
    return [list(spoken.token_ids) for spoken in told_before_and_after_an_instruction(model)]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
