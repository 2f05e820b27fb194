"""A stream's context: its tokens, which of them have keys and values, and their positions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engine.cache.layout import Layout, slots
from engine.cache.segments import SegmentKind, SegmentRange
from engine.cache.store import KVStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.cache.layout import Kept
    from engine.cache.placement import Placement
    from engine.cache.positions import Positions
    from engine.cache.segments import Piece
    from engine.model.decoder import Decoder
    from engine.model.rotary import Rotation

_FIRST_CAPACITY = 512


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The tokens that have keys and values at one moment, in order.

    Attributes:
        token_ids: Vocabulary ids, int64 (n,).
        positions: Positions at which they were last seen, int64 (3, n).
        segments: What they are, with their places in the cache.
        num_bytes: Memory of their keys and values.
    """

    token_ids: Tensor
    positions: Tensor
    segments: tuple[SegmentRange, ...]
    num_bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Tokens that have no keys and values yet, and what they will see of those that have.

    Attributes:
        token_ids: Vocabulary ids, int64 (n,).
        positions: Their positions, int64 (3, n).
        segments: What they are; places count from the first waiting token.
        past: Rotated keys and values of the stored tokens, layer by layer, (1, H, s, D) each.
    """

    token_ids: Tensor
    positions: Tensor
    segments: tuple[SegmentRange, ...]
    past: tuple[tuple[Tensor, Tensor], ...]


class Context:
    """Tokens in order, of which the first `num_stored` have keys and values.

    Attributes:
        layout: All tokens, in plain integers.
    """

    def __init__(self, decoder: Decoder, placement: Placement) -> None:
        self.layout = Layout()
        self._decoder = decoder
        self._placement = placement
        self._store = KVStore(decoder.store_shape, _FIRST_CAPACITY)
        self._positions = _none_placed()  # of the stored tokens, then of those that may follow
        self._next_position = 0
        self._ahead: Rotation | None = None
        self._prompt_length = 0

    @property
    def num_stored(self) -> int:
        """Tokens that have keys and values."""
        return self._store.length

    @property
    def num_bytes(self) -> int:
        """Of the stored keys and values; the store holds memory for more."""
        return self._store.length * self._store.shape.bytes_per_token

    def growth_bytes(self, num_tokens: int) -> int:
        """New memory that `num_tokens` more will ask for."""
        return self._store.growth_bytes(num_tokens + self._decoder.spare_slots)

    def append(self, pieces: Sequence[Piece], round_index: int | None) -> None:
        """Put tokens behind the others; they wait for the next `prefill`."""
        self.layout.append_all(pieces, round_index)
        for piece in pieces:
            if piece.grid is not None:
                self._placement.see(piece.grid)

    def keep(self, kept: Sequence[Kept]) -> None:
        """Keep the given tokens, in the given order, with the states that they have."""
        ranges = slots(kept, self._store.length)
        self._positions = np.concatenate(
            [_none_placed(), *(self._positions[:, start:stop] for start, stop in ranges)], axis=1
        )
        self._store.keep(ranges)
        self.layout.keep(kept)

    def forget_states(self) -> None:
        """Drop all keys and values and keep the tokens."""
        self._store.clear()
        self._positions = _none_placed()
        self._next_position = 0

    def replace_first(self, piece: Piece) -> None:
        """Put `piece` in the place of the first segment and compute its states, only its own."""
        old, stored = self.layout.segments[0].length, self._store.length
        own = Context(self._decoder, self._placement)
        own.append([piece], None)
        own.prefill({}, 0)
        self._store.replace_prefix(old, own._store)
        self._positions = np.concatenate([own._positions, self._positions[:, old:stored]], axis=1)
        self.layout.replace_first(piece)

    def prefill(self, clips: Mapping[int, Tensor], num_ahead: int) -> Tensor:
        """Run all waiting tokens; gives the last one's output (E,).

        Args:
            clips: Vision tokens (tokens, (1 + K) * E) by the round that they came in; what goes in,
                then what is added behind each of the first K layers.
            num_ahead: Text tokens that may be decoded afterwards.
        """
        stored, length = self._store.length, len(self.layout)
        rotation = self._place(num_ahead)
        inputs, deep = self._embed(clips)
        rows = rotation.rows(stored, length)
        output = self._decoder.prefill(inputs, rows, self._store, deep)
        self._ahead, self._prompt_length = rotation.rows(length, length + num_ahead), length
        self._next_position = int(self._positions[0, length - 1]) + 1
        return output

    def decode(self, token_id: int) -> Tensor:
        """Run one more token, which the layout holds already; gives its output (E,)."""
        assert self._ahead is not None, "a context is prefilled before it is decoded"
        row = self._store.length - self._prompt_length
        self._next_position = int(self._positions[0, self._store.length]) + 1
        return self._decoder.decode(token_id, self._ahead.rows(row, row + 1), self._store)

    def settle(self) -> None:
        """Run waiting tokens, so that all have states."""
        if self._store.length < len(self.layout):
            self.prefill({}, 0)

    def stored_ranges(self) -> tuple[SegmentRange, ...]:
        """The segments of the stored tokens, with their places."""
        length = self._store.length
        return tuple(
            SegmentRange(part.kind, part.round_index, part.start, min(part.stop, length))
            for part in self.layout.ranges()
            if part.start < length
        )

    def snapshot(self) -> Snapshot:
        """A copy of what is stored now."""
        length = self._store.length
        return Snapshot(
            token_ids=torch.tensor(self.layout.ids[:length], dtype=torch.long),
            positions=torch.tensor(self._positions[:, :length]),
            segments=self.stored_ranges(),
            num_bytes=self.num_bytes,
        )

    def waiting(self) -> Waiting:
        """A copy of what the next `prefill` will run, and of the states that it will use."""
        self._place(0)
        stored, layers = self._store.length, range(self._store.shape.num_layers)
        views = [self._store.layer(index) for index in layers]
        return Waiting(
            token_ids=torch.tensor(self.layout.ids[stored:], dtype=torch.long),
            positions=torch.tensor(self._positions[:, stored:]),
            segments=tuple(
                replace(part, start=part.start - stored, stop=part.stop - stored)
                for part in self.layout.ranges()
                if part.start >= stored
            ),
            past=tuple(
                (view.rotated[:, :, :stored].clone(), view.values[:, :, :stored].clone())
                for view in views
            ),
        )

    def _place(self, num_ahead: int) -> Rotation:
        """Give all tokens their positions, and turn the stored keys that got new ones."""
        stored = self._store.length
        before = self._positions[:, :stored]
        self._positions = self._placement.place(self.layout, before, self._next_position, num_ahead)
        positions = torch.as_tensor(self._positions, device=self._store.shape.device)
        rotation = self._decoder.rotary(positions)
        moved = np.flatnonzero((self._positions[:, :stored] != before).any(axis=0))
        first = min(self._store.num_turned, int(moved[0]) if len(moved) else stored)
        if first < stored:
            self._decoder.rerotate(self._store, first, rotation.rows(first, stored))
        return rotation

    def _embed(self, clips: Mapping[int, Tensor]) -> tuple[Tensor, Tensor | None]:
        """Waiting tokens (n, E), and what is added to them behind the first layers (K, n, E)."""
        stored, device = self._store.length, self._store.shape.device
        ids = torch.tensor(self.layout.ids[stored:], dtype=torch.long, device=device)
        inputs = self._decoder.embed(ids)
        num_tokens, width = inputs.shape
        depth = max((clip.shape[1] // width - 1 for clip in clips.values()), default=0)
        deep = inputs.new_zeros((depth, num_tokens, width)) if depth else None
        for features, start, stop in self._waiting_clips(clips):
            inputs[start:stop] = features[:, :width]
            if deep is not None:
                deep[:, start:stop] = features[:, width:].reshape(-1, depth, width).transpose(0, 1)
        return inputs, deep

    def _waiting_clips(self, clips: Mapping[int, Tensor]) -> Iterator[tuple[Tensor, int, int]]:
        """Vision tokens of the waiting clips, with their places among all waiting tokens."""
        stored = self._store.length
        taken = dict.fromkeys(clips, 0)  # a round can have several clips
        for part in self.layout.ranges():
            if part.kind != SegmentKind.VISION or part.start < stored:
                continue
            index = part.round_index or 0
            first, last = taken[index], taken[index] + part.stop - part.start - 2  # less markers
            yield clips[index][first:last], part.start + 1 - stored, part.stop - 1 - stored
            taken[index] = last


def _none_placed() -> Positions:
    return np.zeros((3, 0), dtype=np.int64)
