"""Settings of the engine: frozen dataclasses whose ranges are checked when they are made.

Source of the defaults: StreamingVLM (arXiv:2510.09608), its method section and public code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

from engine.errors import ConfigError

Scheme = Literal["streaming", "full", "window", "window_overlap"]
Positions = Literal["contiguous", "native"]
StaticSaver = Literal["off", "on", "exact"]
Attention = Literal["auto", "sdpa", "eager", "flash_attention_2"]
"""Kernels; "auto" is the flash-attn library on CUDA where it is installed, else torch's own."""

_NAMES = {"scheme": Scheme, "positions": Positions, "static_saver": StaticSaver}
_WINDOWS = ("vision_window_rounds", "text_window_rounds", "sink_tokens", "previous_text_tokens")

CHANGEABLE = (
    "sample_fps",
    "max_pixels",
    "vision_window_rounds",
    "max_new_tokens",
    "static_saver",
)
"""Settings that a stream can take on while it runs: what a round costs, not what it means."""


def require(condition: bool, message: str) -> None:
    """Refuse a setting with `message` unless `condition` holds.

    Raises:
        ConfigError: It does not hold.
    """
    if not condition:
        raise ConfigError(message)


@dataclass(frozen=True, slots=True)
class StreamingConfig:
    """What a stream keeps and how it is cut into rounds.

    Windows are counted in rounds, a window of 0 keeps none. `max_pixels` bounds one frame's area
    after resizing (None: the checkpoint's own bound). With `reference_quirks` the oddities of the
    reference implementation are reproduced; see `engine.cache`. With `static_saver` a pair of
    frames that equals the one before is not looked at again; "exact" also proves that nothing
    changed by it.

    Raises:
        ConfigError: A value is out of its range.
    """

    scheme: Scheme = "streaming"
    sample_fps: float = 2.0
    chunk_s: float = 1.0
    vision_window_rounds: int = 16
    text_window_rounds: int = 16
    sink_tokens: int = 512
    previous_text_tokens: int = 512
    max_new_tokens: int = 20
    window_reset_rounds: int = 100
    positions: Positions = "contiguous"
    max_pixels: int | None = None
    reference_quirks: bool = False
    static_saver: StaticSaver = "off"

    def __post_init__(self) -> None:
        for name, known in _NAMES.items():
            value, names = getattr(self, name), get_args(known)
            require(value in names, f"{name} must be one of {names}, it is {value!r}")
        for name in ("sample_fps", "chunk_s"):
            value = getattr(self, name)
            is_positive = math.isfinite(value) and value > 0
            require(is_positive, f"{name} must be a positive number, it is {value}")
        for name in _WINDOWS:
            value = getattr(self, name)
            require(value >= 0, f"{name} must be 0 (keep none) or more, it is {value}")
        for name in ("max_new_tokens", "window_reset_rounds"):
            value = getattr(self, name)
            require(value >= 1, f"{name} must be at least 1, it is {value}")
        require(
            self.max_pixels is None or self.max_pixels >= 1,
            f"max_pixels must be positive, it is {self.max_pixels}",
        )
        require(
            self.frames_per_chunk >= 1,
            f"sample_fps * chunk_s must give at least one frame, it gives "
            f"{self.sample_fps * self.chunk_s:g}",
        )

    @property
    def frames_per_chunk(self) -> int:
        """Frames that one chunk holds, F."""
        return round(self.sample_fps * self.chunk_s)

    def require_change(self, following: StreamingConfig) -> None:
        """Refuse `following` where a running stream cannot take it on in place of this one.

        Raises:
            ConfigError: More differs than what is `CHANGEABLE`, or the quirks forbid any change.
        """
        changed = {name: getattr(following, name) for name in CHANGEABLE}
        require(
            replace(self, **changed) == following,
            f"a running stream can change {', '.join(CHANGEABLE)} only; begin a new stream for "
            "other settings",
        )
        require(
            not self.reference_quirks or following == self,
            "with reference_quirks no setting of a running stream can change; begin a new stream "
            "or turn reference_quirks off",
        )


@dataclass(frozen=True, slots=True)
class SamplingConfig:
    """How a token is chosen from the logits.

    `temperature` 0 is greedy. `top_k` and `top_p` None take the checkpoint's own values.
    `talkativeness` is added to every logit but that of the silence marker (0: the model's own
    decision, positive: talks more).

    Raises:
        ConfigError: A value is out of its range.
    """

    temperature: float = 0.9
    repetition_penalty: float = 1.05
    top_k: int | None = None
    top_p: float | None = None
    seed: int | None = None
    talkativeness: float = 0.0

    def __post_init__(self) -> None:
        require(
            math.isfinite(self.temperature) and self.temperature >= 0,
            f"temperature must be 0 (greedy) or more, it is {self.temperature}",
        )
        require(
            math.isfinite(self.repetition_penalty) and self.repetition_penalty > 0,
            f"repetition_penalty must be positive, it is {self.repetition_penalty}",
        )
        require(math.isfinite(self.talkativeness), "talkativeness must be a finite number")
        require(self.top_k is None or self.top_k >= 1, "top_k must be at least 1")
        require(self.top_p is None or 0 < self.top_p <= 1, "top_p must be in (0, 1]")


LIKELIEST = SamplingConfig(temperature=0.0, repetition_penalty=1.0)
"""Always the likeliest token: greedy, and nothing counts against what was said before."""
