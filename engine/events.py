"""What a commentary stream says while it runs: plain frozen values, no tensors inside.

Times are seconds from the start of the stream, durations seconds of wall time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EndedBy = Literal["end_token", "max_new_tokens", "forced"]


@dataclass(frozen=True, slots=True)
class RoundTiming:
    """Time of the stages of one round: the wall's, on a graphics processor its own.

    Attributes:
        evict_s: Letting old tokens go.
        vision_s: The vision tower.
        prefill_s: Running the round's turn, positions of all kept tokens included.
        decode_s: All tokens of the reply.
        patches_s: Resizing the frames and cutting them into patches.
        token_s: Each token of the reply.
    """

    evict_s: float = 0.0
    vision_s: float = 0.0
    prefill_s: float = 0.0
    decode_s: float = 0.0
    patches_s: float = 0.0
    token_s: tuple[float, ...] = ()

    @property
    def total_s(self) -> float:
        """All stages together."""
        seeing = self.patches_s + self.vision_s
        return self.evict_s + seeing + self.prefill_s + self.decode_s


@dataclass(frozen=True, slots=True)
class CacheUse:
    """Tokens with keys and values at the end of a round, by kind, and the computed bound."""

    sink_tokens: int
    previous_text_tokens: int
    vision_tokens: int
    text_tokens: int
    bound_tokens: int | None
    num_bytes: int

    @property
    def total_tokens(self) -> int:
        """All cached tokens."""
        return self.sink_tokens + self.previous_text_tokens + self.vision_tokens + self.text_tokens


@dataclass(frozen=True, slots=True)
class Round:
    """One chunk of frames and the commentary that it drew.

    `text` is for people: no special tokens, no silence marker. `token_ids` are exactly what was
    decoded, the end token included where the model gave one. `saved_share` of the round's pairs of
    frames equalled the one before and were not looked at again.
    """

    index: int
    start_s: float
    end_s: float
    text: str
    token_ids: tuple[int, ...]
    ended_by: EndedBy
    timing: RoundTiming
    cache: CacheUse
    saved_share: float = 0.0

    @property
    def is_silent(self) -> bool:
        """True where nothing was said."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class RoundStarted:
    """A chunk was accepted; its commentary follows."""

    round_index: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The next characters of a round's text."""

    round_index: int
    text: str


@dataclass(frozen=True, slots=True)
class RoundFinished:
    """The round is complete."""

    round: Round


@dataclass(frozen=True, slots=True)
class ModelProgress:
    """Loading goes on; `fraction` is None where it is not known."""

    message: str
    fraction: float | None = None


StreamEvent = RoundStarted | TextPiece | RoundFinished
