"""The layout of the conversation: the only module that knows it, in streaming and in training.

With S, E the start and end markers of a turn and N a newline, a context is

    S system N {system prompt}[N {instruction}] E N
    S previous text N {content} E N
    S user N Time=0.0-1.0s {vision}[question] E N S assistant N {reply} E N     once per round

A reply is its words, each with a space before it, then the silence marker " ..."; a silent round
is the marker alone. So replies tokenised one by one and joined give the ids of the joined text.
Where a family wants the time of each temporal patch, {vision} is `<0.2 seconds>` and a clip of that
patch alone, for one patch after the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from engine.cache.reference import Patterns
from engine.cache.segments import Piece, SegmentKind
from engine.errors import ModelLoadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.cache.segments import Grid

SILENCE_MARKER = " ..."
FALLBACK_SYSTEM_PROMPT = "You are a helpful assistant."


class Tokenizer(Protocol):
    """What the layout asks of a tokenizer; transformers' own have it."""

    def encode(self, text: str, **kwargs: Any) -> list[int]: ...

    def decode(self, token_ids: Any, **kwargs: Any) -> Any: ...

    def convert_tokens_to_ids(self, tokens: Any) -> Any: ...

    def apply_chat_template(self, conversation: Any, **kwargs: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Ids of the tokens that shape a conversation, asked of the tokenizer."""

    turn_start: int
    turn_end: int
    vision_start: int
    vision_end: int
    video_pad: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialTokens:
        """Look the ids up.

        Raises:
            ModelLoadError: The vocabulary lacks one of the tokens.
        """
        return cls(
            *(
                _special_id(tokenizer, f"<|{name}|>")
                for name in ("im_start", "im_end", "vision_start", "vision_end", "video_pad")
            )
        )


def _special_id(tokenizer: Tokenizer, token: str) -> int:
    token_id = tokenizer.convert_tokens_to_ids(token)
    if not isinstance(token_id, int) or token_id == getattr(tokenizer, "unk_token_id", None):
        raise ModelLoadError(f"the checkpoint's tokenizer has no token {token}; use a Qwen-VL one")
    return token_id


class ChatLayout:
    """Turns text and clips into the pieces of a context.

    Args:
        tokenizer: Of the checkpoint.
        stamps_patches: Write the time of each temporal patch before it.

    Attributes:
        special: Ids of the special tokens.
        newline: Ids of the newline after a turn.
        marker: Ids of the silence marker.
    """

    def __init__(self, tokenizer: Tokenizer, *, stamps_patches: bool = False) -> None:
        self._tokenizer = tokenizer
        self._stamps_patches = stamps_patches
        self.special = SpecialTokens.of(tokenizer)
        self.newline = self.encode("\n")
        self.marker = self.encode(SILENCE_MARKER)
        self.default_system_prompt = _template_system_prompt(tokenizer)
        self._previous_head = self._open("previous text")
        self._user_head = self._open("user")
        self._reply_head = self._open("assistant")

    def encode(self, text: str) -> tuple[int, ...]:
        """Ids of ordinary text; what looks like a special token in it stays text."""
        ids = self._tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
        return tuple(ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Text of `ids`, special tokens left out."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def encode_time(self, start_s: float, end_s: float) -> tuple[int, ...]:
        """Ids of the text that opens a round's turn."""
        return self.encode(f"Time={start_s:.1f}-{end_s:.1f}s")

    def system(self, system_prompt: str | None = None, instruction: str | None = None) -> Piece:
        """The first turn; None is the model's own system prompt."""
        prompt = self.default_system_prompt if system_prompt is None else system_prompt
        text = "\n".join(part for part in (prompt, instruction) if part)
        return Piece(
            SegmentKind.SYSTEM,
            (*self._open_with("system", text), self.special.turn_end, *self.newline),
        )

    def previous(self, content: Sequence[int]) -> list[Piece]:
        """The turn that holds what was said before, given as ids."""
        return [
            Piece(SegmentKind.PREVIOUS_HEAD, self._previous_head),
            Piece(SegmentKind.PREVIOUS_TEXT, tuple(content)),
            Piece(SegmentKind.PREVIOUS_TAIL, (self.special.turn_end, *self.newline)),
        ]

    def user_turn(
        self,
        start_s: float,
        end_s: float,
        grid: Grid,
        question: str | None = None,
        moments: Sequence[float] | None = None,
    ) -> list[Piece]:
        """One round's turn up to where its reply begins.

        Args:
            start_s: When the round begins.
            end_s: When it ends.
            grid: Its clip's tokens.
            question: Asked behind the clip.
            moments: Where each temporal patch lies, as a share of the round's length; None for
                patches at even distances.
        """
        head, *others = self.clip_turn(start_s, end_s, grid, question, moments)
        return [head, Piece(SegmentKind.TIME, self.encode_time(start_s, end_s)), *others]

    def clip_turn(
        self,
        start_s: float,
        end_s: float,
        grid: Grid,
        question: str | None = None,
        moments: Sequence[float] | None = None,
    ) -> list[Piece]:
        """The same without the round's time: a whole video in one turn, outside of a stream."""
        places = moments or [patch / grid[0] for patch in range(grid[0])]
        times = [start_s + place * (end_s - start_s) for place in places]
        return [
            Piece(SegmentKind.USER_HEAD, self._user_head),
            *(self._stamped(grid, times) if self._stamps_patches else [self._clip(grid)]),
            *([Piece(SegmentKind.QUESTION, self.encode(question))] if question else []),
            Piece(SegmentKind.USER_TAIL, (self.special.turn_end, *self.newline)),
            Piece(SegmentKind.REPLY_HEAD, self._reply_head),
        ]

    def _stamped(self, grid: Grid, times: Sequence[float]) -> list[Piece]:
        """A clip's temporal patches one by one, each behind its time in seconds."""
        patch = self._clip((1, *grid[1:]))
        stamps = [self.encode(f"<{time_s:.1f} seconds>") for time_s in times]
        return [piece for ids in stamps for piece in (Piece(SegmentKind.STAMP, ids), patch)]

    def _clip(self, grid: Grid) -> Piece:
        pads = (self.special.video_pad,) * math.prod(grid)
        ids = (self.special.vision_start, *pads, self.special.vision_end)
        return Piece(SegmentKind.VISION, ids, grid)

    def reply_ids(self, words: Iterable[str]) -> tuple[int, ...]:
        """What a model is to generate for `words`, the end token included."""
        text = "".join(f" {word}" for word in words) + SILENCE_MARKER
        return (*self.encode(text), self.special.turn_end)

    def split_reply(self, ids: Sequence[int], end_tokens: frozenset[int]) -> tuple[int, int]:
        """Where a reply's words end and where its last turn end begins.

        Returns:
            `(words, body)`: `ids[:words]` are words, `ids[words:body]` the silence marker or an
            end token other than the turn's, `ids[body:]` the turn's end token if there is one.
        """
        body = len(ids) - (1 if ids and ids[-1] == self.special.turn_end else 0)
        words = body
        while words and ids[words - 1] in end_tokens:
            words -= 1
        if (
            words >= len(self.marker)
            and tuple(ids[words - len(self.marker) : words]) == self.marker
        ):
            words -= len(self.marker)
        return words, body

    def reply(self, ids: Sequence[int], end_tokens: frozenset[int] = frozenset()) -> list[Piece]:
        """A complete reply with the newline behind it, from the ids that a model generated."""
        words, body = self.split_reply(ids, end_tokens)
        return [
            Piece(SegmentKind.REPLY, tuple(ids[:words])),
            Piece(SegmentKind.MARKER, tuple(ids[words:body])),
            Piece(SegmentKind.REPLY_TAIL, (self.special.turn_end, *self.newline)),
        ]

    def patterns(self) -> Patterns:
        """Tokens by which the reference implementation finds a context's parts."""
        special = self.special
        return Patterns(
            turn_end=special.turn_end,
            vision_start=special.vision_start,
            vision_end=special.vision_end,
            video_pad=special.video_pad,
            newline=self.newline[-1],
            time=self.encode("Time")[0],
            previous_open=self._previous_head,
            user_open=self._user_head[:2],
            reply_open=self._reply_head[:2],
            reply_head_tokens=len(self._reply_head),
        )

    def _open(self, role: str) -> tuple[int, ...]:
        return self._open_with(role, "")

    def _open_with(self, role: str, text: str) -> tuple[int, ...]:
        return (self.special.turn_start, *self.encode(f"{role}\n{text}"))


def cut_previous_text(ids: Sequence[int], sink_tokens: int, window_tokens: int) -> tuple[int, ...]:
    """The first `sink_tokens` and the last `window_tokens` of a previous text."""
    if len(ids) <= sink_tokens + window_tokens:
        return tuple(ids)
    return (*ids[:sink_tokens], *ids[len(ids) - window_tokens :])


def _template_system_prompt(tokenizer: Tokenizer) -> str:
    """The system prompt that the checkpoint's chat template writes where none is given.

    Raises:
        ModelLoadError: The template is damaged.
    """
    if not getattr(tokenizer, "chat_template", None):
        return FALLBACK_SYSTEM_PROMPT
    message = {"role": "user", "content": ""}
    try:
        rendered: str = tokenizer.apply_chat_template([message], tokenize=False)
    except Exception as error:  # a template is a program of the checkpoint's
        raise ModelLoadError(
            f"the checkpoint's chat template cannot be used ({error}); get it again"
        ) from error
    _, opened, rest = rendered.partition("<|im_start|>system\n")
    return rest.partition("<|im_end|>")[0] if opened else FALLBACK_SYSTEM_PROMPT
