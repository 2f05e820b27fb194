"""What a session tells the outside: small frozen values, in stream order, from one iterator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.events import CacheUse, ModelProgress, RoundTiming

if TYPE_CHECKING:
    from pathlib import Path

    from app.capture.base import Image, SourceInfo
    from app.governor.effort import Effort, Saving
    from app.session.state import SessionState
    from app.transcripts.line import TranscriptLine


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The session is in `state` now; `reason` is a sentence where there is something to say."""

    state: SessionState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SourceOpened:
    """The source answered; the model loads next."""

    info: SourceInfo


@dataclass(frozen=True, slots=True, eq=False)
class FrameShown:
    """A picture for the preview, at most `SessionRequest.preview_fps` a second.

    `image` is uint8 RGB, (height, width, 3), shared with the engine: read it, never write it.
    """

    image: Image
    time_s: float


@dataclass(frozen=True, slots=True)
class TextArrived:
    """The next characters of a round's line; joined they are the line but for its spacing."""

    round_index: int
    text: str


@dataclass(frozen=True, slots=True)
class LineSpoken:
    """A line is complete and stands in the journal; silent rounds send none."""

    line: TranscriptLine


@dataclass(frozen=True, slots=True)
class JournalOpened:
    """The transcript is kept in this journal; key frames and notes stand beside it."""

    path: Path


@dataclass(frozen=True, slots=True)
class KeyFrameKept:
    """The picture of the line `line_index` is on the disk; it comes after the line or before."""

    line_index: int


@dataclass(frozen=True, slots=True)
class QuestionPut:
    """The user's question goes to the model in this round; its text is the answer."""

    round_index: int
    question: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """The round of a question is over; `text` is empty where nothing could be made of it."""

    round_index: int
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class EffortChanged:
    """The governor went a step down, or up again; or it was turned off and gave all back.

    Attributes:
        steps_down: How far down it is now; 0 saves nothing.
        num_steps: How far down it can go.
        is_down: It went down.
        saving: What the step saves on, or saved on; None where all steps were given back.
        effort: From now on.
        load: Share of the time that rounds took before, 1 being all of it.
    """

    steps_down: int
    num_steps: int
    is_down: bool
    saving: Saving | None
    effort: Effort
    load: float


@dataclass(frozen=True, slots=True)
class ChunksDropped:
    """The engine was late again; `count` chunks were left out since the start."""

    count: int


@dataclass(frozen=True, slots=True)
class MetersUpdated:
    """Figures after a round, silent or not. Counts are since the start.

    Attributes:
        frames_captured: Frames sampled for the model.
        frames_used: Frames that the model saw.
        frames_dropped: Frames in chunks that were left out.
        glass_to_caption_s: Newest frame to first characters, None for a silent round.
        chunk_s: Time of stream that the round is about.
        load: Time that the round took, as a share of that.
        memory_bytes: What the process of model and capture holds in memory.
        saved_share: Of the pairs of frames, those that equalled the one before and were not looked
            at again.
    """

    frames_captured: int
    frames_used: int
    frames_dropped: int
    timing: RoundTiming
    cache: CacheUse
    glass_to_caption_s: float | None
    chunk_s: float = 1.0
    load: float = 0.0
    memory_bytes: int = 0
    saved_share: float = 0.0


@dataclass(frozen=True, slots=True)
class TranscriptSaved:
    """The transcript was written: the journal first, then each export."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class SessionFailed:
    """The session broke off; one sentence for the user. Always the last message."""

    message: str


Message = (
    StateChanged
    | SourceOpened
    | ModelProgress
    | FrameShown
    | TextArrived
    | JournalOpened
    | LineSpoken
    | KeyFrameKept
    | QuestionPut
    | QuestionAnswered
    | EffortChanged
    | ChunksDropped
    | MetersUpdated
    | TranscriptSaved
    | SessionFailed
)
