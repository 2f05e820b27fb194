"""A stream's memory: the context, what leaves it when, and how large it can become."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.cache.placement import (
    ContiguousPlacement,
    NativePlacement,
    Placement,
    ReferencePlacement,
    RuleHistory,
)
from engine.cache.segments import Piece, SegmentKind
from engine.cache.usage import Bound, cache_use
from engine.context import Context, Snapshot, Waiting
from engine.memory_guard import MemoryGuard
from engine.schemes import Turnover, scheme_of, windows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from engine.cache.positions import PositionRule
    from engine.config import StreamingConfig
    from engine.events import CacheUse
    from engine.model import LoadedModel

_LONGEST_STREAM_S = 1000 * 3600.0  # sizes the bound for the time text of any round to come


class StreamMemory:
    """Appends rounds to a context and lets old ones go, as the configured scheme wants it.

    Args:
        model: Runs the tokens.
        config: Scheme, windows and positions.
        limit_bytes: Where a cache without bound ends, as `MemoryGuard` counts it; None: what the
            device has.
    """

    def __init__(
        self, model: LoadedModel, config: StreamingConfig, limit_bytes: int | None = None
    ) -> None:
        self._model = model
        self._config = config
        self._windows = windows_of(config)
        self._scheme = scheme_of(config, model.chat.patterns())
        self._rules = RuleHistory(_position_rule(model, config))
        self._context = Context(model.decoder, _placement(model, config, self._rules))
        self._bound = Bound(self._windows, _lengths_to_come(model, config))
        self._guard = MemoryGuard(model.decoder.store_shape.devices, limit_bytes)
        self._clips: dict[int, Tensor] = {}
        self._turned_over_for = 0  # the round that the context is ready for

    @property
    def token_ids(self) -> list[int]:
        """Ids of all tokens in order, those still without keys and values included."""
        return self._context.layout.ids

    def reconfigure(self, config: StreamingConfig, round_index: int) -> None:
        """Work by `config` from round `round_index` on; what is stored stays as it is.

        A clip keeps the distances in time that it was sampled with. What a smaller window does
        not hold any more leaves with the next `turn_over`.
        """
        if config == self._config:
            return
        self._config = config
        self._windows = windows_of(config)
        self._scheme = scheme_of(config, self._model.chat.patterns())
        self._rules.change(_position_rule(self._model, config), round_index)
        self._bound.change(self._windows, _lengths_to_come(self._model, config))

    def require_room(self) -> None:
        """Make sure that one more round fits.

        Raises:
            NotEnoughMemoryError: It does not; nothing has changed.
        """
        growth = self._context.growth_bytes(self._bound.tokens_of_round)
        self._guard.require_room(self.use(), growth)

    def turn_over(self, round_index: int, head: Callable[[], Sequence[Piece]]) -> None:
        """Let go what leaves before round `round_index`; an empty context begins with `head()`."""
        if not self.token_ids:
            self._append(head(), None)
        elif round_index > self._turned_over_for:
            self._apply(self._scheme.turnover(self._context.layout, round_index))
        self._turned_over_for = round_index

    def append_round(self, pieces: Sequence[Piece], clip: Tensor, round_index: int) -> None:
        """Put a round's turn, up to where its reply begins, and its vision tokens behind."""
        newline = self._model.chat.newline
        if self.token_ids[-len(newline) :] != list(newline):  # a reply's end token is the last
            self._append([Piece(SegmentKind.REPLY_TAIL, newline)], round_index - 1)
        self._append(pieces, round_index)
        self._clips[round_index] = clip

    def prefill(self, max_reply_tokens: int) -> Tensor:
        """Run what was appended; gives the output from which the reply's first token follows."""
        output = self._context.prefill(self._clips, max_reply_tokens)
        if self._config.scheme != "window_overlap":
            self._clips.clear()
        return output

    def extend_reply(self, token_id: int, round_index: int) -> None:
        """Put one token of a reply behind the others."""
        self._context.layout.append(Piece(SegmentKind.REPLY, (token_id,)), round_index)

    def decode(self, token_id: int) -> Tensor:
        """Run the token that was put behind last; gives the output for the one after it."""
        return self._context.decode(token_id)

    def close_reply(self, reply: Sequence[Piece], num_tokens: int, round_index: int) -> None:
        """Sort a reply's last `num_tokens` tokens into its parts, which may add an end token."""
        self._context.layout.drop_last(num_tokens)
        self._append(reply, round_index)
        if self._leaves_at_end():
            self._apply(self._scheme.turnover(self._context.layout, round_index + 1))
            self._turned_over_for = round_index + 1

    def replace_system(self, piece: Piece) -> None:
        """Give the context another first turn; the states of all others stay as they are."""
        self._bound.see([piece])
        self._context.replace_first(piece)

    def use(self) -> CacheUse:
        """What the stored tokens are for, and the bound on their number."""
        bounds = {
            "full": None,
            "window": self._bound.tokens_of(self._config.window_reset_rounds),
        }
        return cache_use(
            self._context.stored_ranges(),
            self._config.sink_tokens,
            bounds.get(self._config.scheme, self._bound.tokens),
            self._context.num_bytes,
        )

    def snapshot(self) -> Snapshot:
        """A copy of what is stored now."""
        return self._context.snapshot()

    def waiting(self) -> Waiting:
        """A copy of what the next `prefill` will run, and of the states that it will use."""
        return self._context.waiting()

    def _append(self, pieces: Sequence[Piece], round_index: int | None) -> None:
        self._bound.see(pieces)
        self._context.append(pieces, round_index)

    def _apply(self, turnover: Turnover) -> None:
        if turnover.kept is not None:
            if self._moves_waiting_tokens():
                self._context.settle()
            self._context.keep(turnover.kept)
        if turnover.recomputes:
            self._context.forget_states()
            seen = {part.round_index for part in self._context.layout.segments}
            self._clips = {index: clip for index, clip in self._clips.items() if index in seen}

    def _leaves_at_end(self) -> bool:
        """Whether a window of 0 wants a round to leave as soon as it is over."""
        config = self._config
        windows = (config.vision_window_rounds, config.text_window_rounds)
        return 0 in windows and config.scheme == "streaming" and not config.reference_quirks

    def _moves_waiting_tokens(self) -> bool:
        """Whether a reply moves to the previous text before its last token has been run."""
        one_round = self._windows.speaking_text_rounds == 1
        return (
            one_round and self._config.scheme == "streaming" and not self._config.reference_quirks
        )


def _position_rule(model: LoadedModel, config: StreamingConfig) -> PositionRule:
    return model.checkpoint.family.position_rule(
        model.checkpoint.vision_config, config.sample_fps, reference=config.reference_quirks
    )


def _placement(model: LoadedModel, config: StreamingConfig, rules: RuleHistory) -> Placement:
    if config.positions == "native":
        return NativePlacement(rules)
    if config.reference_quirks:
        bounded = config.scheme in {"streaming", "window_overlap"}
        max_clips = config.vision_window_rounds + 1 if bounded else None
        return ReferencePlacement(_position_rule(model, config), model.chat.patterns(), max_clips)
    return ContiguousPlacement(rules)


def _lengths_to_come(model: LoadedModel, config: StreamingConfig) -> dict[SegmentKind, int]:
    """Lengths of parts that are known before any of them was seen."""
    num_patches = -(-config.frames_per_chunk // model.patches.temporal_patch_size)
    last_turn = model.chat.user_turn(
        _LONGEST_STREAM_S - config.chunk_s, _LONGEST_STREAM_S, (num_patches, 1, 1)
    )
    times = Counter[SegmentKind]()
    for piece in last_turn:
        if piece.kind in {SegmentKind.TIME, SegmentKind.STAMP}:
            times[piece.kind] += len(piece)
    return {
        **times,
        SegmentKind.REPLY: config.max_new_tokens,
        SegmentKind.MARKER: len(model.chat.marker) + 1,  # an end token may stand behind it
        SegmentKind.REPLY_TAIL: 1 + len(model.chat.newline),
    }
