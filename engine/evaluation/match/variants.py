"""The settings that the method is compared under: four attention schemes and its ablations.

What is expected of a variant is what the paper found, or what its argument says must follow; the
report holds it against what was measured. Source: StreamingVLM (arXiv:2510.09608), its tables of
schemes, positions and windows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from engine.config import StreamingConfig

Direction = Literal["lower", "higher", "equal"]

BASE = "streaming"
_BASE = StreamingConfig()


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run a stream.

    Attributes:
        config: Its settings.
        about: What it is.
        expected: Metrics of `engine.evaluation.match.comparison` that should differ from
            "streaming", and how.
    """

    config: StreamingConfig
    about: str
    expected: dict[str, Direction]


VARIANTS: dict[str, Variant] = {
    "streaming": Variant(_BASE, "the method: sink, windows, states reused", {}),
    "full": Variant(
        replace(_BASE, scheme="full"),
        "full attention: nothing ever leaves",
        {"event F1": "lower", "seconds per round": "higher", "cache MiB": "higher"},
    ),
    "window": Variant(
        replace(_BASE, scheme="window"),
        f"thrown away every {_BASE.window_reset_rounds} rounds, begun again with the previous text",
        {"event F1": "lower"},
    ),
    "window_overlap": Variant(
        replace(_BASE, scheme="window_overlap"),
        "the same tokens, computed again every round",
        {"event F1": "equal", "seconds per round": "higher"},
    ),
    "no_sink": Variant(
        replace(_BASE, sink_tokens=0), "no attention sink", {"event F1": "lower", "names": "lower"}
    ),
    "no_previous_text": Variant(
        replace(_BASE, sink_tokens=0, previous_text_tokens=0),
        "neither sink nor previous text",
        {"names": "lower", "scores": "lower"},
    ),
    "native_positions": Variant(
        replace(_BASE, positions="native"),
        "positions that go on counting",
        {"event F1": "lower"},
    ),
    "vision_0": Variant(
        replace(_BASE, vision_window_rounds=0),
        "a round's own pictures only, which leave when it is over",
        {"event F1": "lower"},
    ),
    "vision_1": Variant(
        replace(_BASE, vision_window_rounds=1),
        "a round's own pictures only, which leave when the next one begins: says the same",
        {},
    ),
    "vision_4": Variant(
        replace(_BASE, vision_window_rounds=4),
        "pictures of 4 rounds, its own among them",
        {"event F1": "equal"},
    ),
    "vision_16": Variant(_BASE, "the same as streaming, for the row of vision windows", {}),
}
"""By name."""
