"""Checkpoints that are whole and small, but mean nothing."""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import save

HUB_ID = "kibitz/test-model"


def checkpoint(num_bytes: int = 400_000, seed: int = 0) -> dict[str, bytes]:
    """Files of a model with `num_bytes` of weights."""
    weights = np.random.default_rng(seed).integers(0, 256, num_bytes, np.uint8)
    return {
        "config.json": json.dumps({"model_type": "qwen2_5_vl"}).encode(),
        "tokenizer.json": b'{"model": "none"}' * 20,
        "model.safetensors": save({"weights": weights}),
    }
