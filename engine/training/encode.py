"""Clips to token ids, labels, positions and pixel patches, exactly as streaming lays them out.

Layout and positions come from the modules that streaming itself uses, so what a model is trained
on is what the cache holds before anything has been evicted.
Source: StreamingVLM (arXiv:2510.09608), prompt format and loss mask of its training part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from engine.cache.positions import contiguous_positions
from engine.cache.segments import SegmentKind
from engine.errors import DataError
from engine.prompt import cut_previous_text
from engine.vision import check_frames, patches_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from engine.cache.positions import PositionRule
    from engine.cache.segments import Grid, Piece
    from engine.data.turns import Turn
    from engine.prompt import ChatLayout
    from engine.training.clip import Clip
    from engine.vision import ClipPatches, PatchSpec

IGNORED = -100
"""The label of a token that has no part in the loss; torch's own default."""

SPOKEN = (SegmentKind.REPLY, SegmentKind.MARKER)
"""What a reply holds before the end of its turn."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedClip:
    """One clip, ready to be put into a batch.

    Attributes:
        input_ids: Vocabulary ids, int64 (T,).
        labels: The same where a token is to be learnt, IGNORED elsewhere, int64 (T,).
        positions: On the axes of time, height and width, int64 (3, T).
        patches: Pixel patches of all pictures, in order, float32 (P, D).
        patch_grids: Patches of each picture along time, height and width.
    """

    input_ids: NDArray[np.int64]
    labels: NDArray[np.int64]
    positions: NDArray[np.int64]
    patches: Tensor
    patch_grids: tuple[Grid, ...]

    def __len__(self) -> int:
        return len(self.input_ids)


@dataclass(frozen=True, slots=True)
class ClipEncoder:
    """Encodes clips for one checkpoint.

    Attributes:
        layout: The checkpoint's conversation layout.
        spec: How it wants its pictures.
        rule: Its position rule.
        sink_tokens: How many tokens the previous text keeps at its head.
        previous_text_tokens: How many tokens it keeps at its tail.
        system_prompt: None is the checkpoint's own.
        learnt_in_previous: Ids that are learnt in the previous text, too. The paper learns nothing
            there; a small model must not forget how to say what it rarely has to say.
    """

    layout: ChatLayout
    spec: PatchSpec
    rule: PositionRule
    sink_tokens: int = 512
    previous_text_tokens: int = 512
    system_prompt: str | None = None
    learnt_in_previous: frozenset[int] = frozenset()

    def __call__(self, clip: Clip) -> EncodedClip:
        """Encode one clip.

        Raises:
            DataError: The clip has no turns, or not as many pictures as turns.
            FrameError: A picture is no sound RGB array.
        """
        pictures = [self._patches(frames) for frames in clip.pictures]
        if not clip.turns or len(pictures) != len(clip.turns):
            raise DataError(
                f"a clip needs one picture per turn, it has {len(pictures)} pictures and "
                f"{len(clip.turns)} turns"
            )
        pieces = list(self._pieces(clip, pictures))
        given = len(self.layout.encode(clip.introduction))
        ids, labels = _ids_and_labels(pieces, self.learnt_in_previous, given)
        segments = [piece.in_round(None) for piece in pieces]
        return EncodedClip(
            input_ids=ids,
            labels=labels,
            positions=contiguous_positions(segments, self.rule)[:, : len(ids)],
            patches=torch.cat([picture.pixel_values for picture in pictures]),
            patch_grids=tuple(picture.patch_grid for picture in pictures),
        )

    def _patches(self, frames: NDArray[np.uint8]) -> ClipPatches:
        return patches_of(check_frames(frames), self.spec)

    def _pieces(self, clip: Clip, pictures: list[ClipPatches]) -> Iterator[Piece]:
        """The clip's context, from the system prompt to the newline behind the last reply."""
        layout = self.layout
        yield layout.system(self.system_prompt, clip.instruction)
        previous = layout.encode(clip.previous_text)
        yield from layout.previous(
            cut_previous_text(previous, self.sink_tokens, self.previous_text_tokens)
        )
        for index, (turn, picture) in enumerate(zip(clip.turns, pictures, strict=True)):
            begin = clip.start_s + index * clip.chunk_s
            yield from layout.user_turn(
                begin, begin + clip.chunk_s, picture.token_grid, turn.question, picture.moments
            )
            yield from self._reply(turn)

    def _reply(self, turn: Turn) -> list[Piece]:
        return self.layout.reply(self.layout.reply_ids(turn.spoken))


def num_learnt(kind: SegmentKind, length: int) -> int:
    """How many of the first tokens of a turn's part are learnt: words, marker, the turn's end."""
    if kind is SegmentKind.REPLY_TAIL:
        return 1
    return length if kind in SPOKEN else 0


def _ids_and_labels(
    pieces: list[Piece], learnt_in_previous: frozenset[int], given: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids of all pieces and the labels of what the model is to say.

    The first `given` tokens of the previous text are an introduction, which nobody could foresee.
    A reply's first tail token is the end of its turn, which is learnt, too; the newline behind the
    last one would be predicted from nothing and teaches nothing, so it is left out.
    """
    ids: list[int] = []
    labels: list[int] = []
    for piece in pieces:
        ids.extend(piece.ids)
        if piece.kind is SegmentKind.PREVIOUS_TEXT:
            labels.extend(
                token if at >= given and token in learnt_in_previous else IGNORED
                for at, token in enumerate(piece.ids)
            )
        else:
            learnt = num_learnt(piece.kind, len(piece))
            labels.extend((*piece.ids[:learnt], *(IGNORED,) * (len(piece) - learnt)))
    end = len(ids) - (len(pieces[-1]) - 1)
    return np.array(ids[:end], np.int64), np.array(labels[:end], np.int64)
