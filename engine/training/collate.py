"""Encoded clips to a batch for transformers' own models.

Three things keep the stock forward quick. Positions are given, so the model does not look for
clips among the ids. Padding is on the right and needs no attention mask: a causal model's real
tokens never see it, and attention may use its causal kernel. Neighbouring pictures of one size are
announced as one long clip, which the vision tower, that attends frame by frame, computes alike
while indexing only once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.training.encode import IGNORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.cache.segments import Grid
    from engine.training.encode import EncodedClip


@dataclass(frozen=True, slots=True)
class ClipCollator:
    """Puts clips of one or several lengths into a batch.

    Attributes:
        pad_token_id: Fills what a clip is shorter than the longest.
        pixel_dtype: Of the pixel patches. Where the model multiplies in bfloat16 it rounds them
            to that anyway; rounded here, the batches that wait take half the memory.
    """

    pad_token_id: int
    pixel_dtype: torch.dtype = torch.float32

    def __call__(self, clips: Sequence[EncodedClip]) -> dict[str, Tensor | bool]:
        """The arguments of the model's forward for B clips of at most T tokens.

        `labels` (B, T) are what each position holds, not what it predicts. `logits_to_keep`
        (B, T) is true where the next token is to be learnt; only there logits are computed.
        """
        length = max(len(clip) for clip in clips)
        labels = _padded([clip.labels for clip in clips], length, IGNORED)
        learnt = torch.zeros_like(labels, dtype=torch.bool)
        learnt[:, :-1] = labels[:, 1:] != IGNORED
        return {
            "input_ids": _padded([clip.input_ids for clip in clips], length, self.pad_token_id),
            "position_ids": _padded([clip.positions for clip in clips], length, 0).transpose(0, 1),
            "labels": labels,
            "logits_to_keep": learnt,
            "pixel_values_videos": torch.cat([clip.patches.to(self.pixel_dtype) for clip in clips]),
            "video_grid_thw": torch.tensor(
                merge_grids(chain.from_iterable(clip.patch_grids for clip in clips))
            ),
            "use_cache": False,
        }


def merge_grids(grids: Iterable[Grid]) -> list[Grid]:
    """Join neighbouring clips of one picture size into one that lasts as long as all of them."""
    merged: list[Grid] = []
    for t, h, w in grids:
        fits = bool(merged) and merged[-1][1:] == (h, w)
        before = merged.pop()[0] if fits else 0
        merged.append((before + t, h, w))
    return merged


def _padded(rows: list[NDArray[np.int64]], length: int, fill: int) -> Tensor:
    """Stack rows (..., T) into (B, ..., length)."""
    batch = torch.full((len(rows), *rows[0].shape[:-1], length), fill, dtype=torch.int64)
    for index, row in enumerate(rows):
        batch[index, ..., : row.shape[-1]] = torch.as_tensor(row)
    return batch
