"""The settings that the method is compared under: four attention schemes and its ablations."""

from __future__ import annotations

from dataclasses import replace

from engine.config import StreamingConfig

_BASE = StreamingConfig()

VARIANTS: dict[str, StreamingConfig] = {
    "streaming": _BASE,
    "full": replace(_BASE, scheme="full"),
    "window": replace(_BASE, scheme="window"),
    "window_overlap": replace(_BASE, scheme="window_overlap"),
    "no_sink": replace(_BASE, sink_tokens=0),
    "no_previous_text": replace(_BASE, sink_tokens=0, previous_text_tokens=0),
    "native_positions": replace(_BASE, positions="native"),
    "vision_0": replace(_BASE, vision_window_rounds=0),
    "vision_1": replace(_BASE, vision_window_rounds=1),
    "vision_4": replace(_BASE, vision_window_rounds=4),
    "vision_16": _BASE,
}
"""By name. "vision_16" is "streaming" under the name that the row of vision windows needs."""
