"""What a session is asked to do: chosen before it starts, never changed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

from app.errors import AppError
from app.models.precision import Precision
from engine.config import LIKELIEST, SamplingConfig, StreamingConfig

if TYPE_CHECKING:
    from pathlib import Path

    from app.capture.specs import SourceSpec
    from app.steering.words import WordRule
    from app.transcripts.formats import TranscriptFormat
    from app.transcripts.saving import ExportPlan

BUNDLED_MODEL = "bundled"

Pace = Literal["paced", "max"]


def default_sampling(model: str, *, seed: int | None = None) -> SamplingConfig:
    """Greedy for the bundled model, whose lines are facts; the paper's values for any other."""
    if model == BUNDLED_MODEL:
        return replace(LIKELIEST, seed=seed)
    return SamplingConfig(seed=seed)


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """One source, one model and how they are joined.

    Attributes:
        sampling: None takes `default_sampling(model)`.
        instruction: What the commentator is told; kept in the sink.
        previous_text: Context before the first round; empty takes the source's introduction.
        seconds: Ends after this much of the stream; None goes on to its end.
        pace: "paced" plays a file or the match in real time, "max" as fast as the engine can and
            drops nothing. Screen, webcam and URL are always in real time.
        output_folder: Where journal and exports go; None keeps both in the user's data folder.
        formats: Exports written at the end beside the journal, which is itself JSONL.
        preview_fps: Pictures a second sent as FrameShown; 0 sends none.
        key_frame_px: Width of the pictures kept beside the journal, one a line; 0 keeps none.
        autosave: Further exports that are written at the end.
        words: Words that are replaced in what is said.
        is_governed: Rounds are made cheaper where the engine cannot keep up with a paced source.
        precision: How exactly the model's weights are kept.

    Raises:
        AppError: A value is out of its range.
    """

    source: SourceSpec
    model: str = BUNDLED_MODEL
    streaming: StreamingConfig = field(default_factory=StreamingConfig)
    sampling: SamplingConfig | None = None
    instruction: str = ""
    previous_text: str = ""
    seconds: float | None = None
    pace: Pace = "paced"
    output_folder: Path | None = None
    formats: tuple[TranscriptFormat, ...] = ()
    preview_fps: float = 0.0
    key_frame_px: int = 0
    autosave: ExportPlan | None = None
    words: tuple[WordRule, ...] = ()
    is_governed: bool = True
    precision: Precision = Precision.AUTO

    def __post_init__(self) -> None:
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds > 0):
            raise AppError(f"The number of seconds must be positive, it is {self.seconds}.")
        if not (math.isfinite(self.preview_fps) and self.preview_fps >= 0):
            raise AppError(f"The preview rate must be 0 or more, it is {self.preview_fps}.")
        if self.pace not in get_args(Pace):
            raise AppError(f"The pace must be one of {get_args(Pace)}, it is {self.pace!r}.")

    @property
    def effective_sampling(self) -> SamplingConfig:
        """`sampling`, or the model's own default."""
        return self.sampling or default_sampling(self.model)
