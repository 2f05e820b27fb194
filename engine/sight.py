"""Looking at chunks: each pair of frames goes through the vision tower once, or not at all.

The static saver compares the pixels that the tower would get, after resizing, with those of the
pair before. Attention of the Qwen2-VL towers never leaves a pair of frames (a temporal patch), but
within one its full-attention layers let every patch see every other. So a pair's vision tokens are
the same if, and only if it is provable, when all of its pixels are; a single changed patch changes
them all, and the pair is computed again. What is saved is therefore counted in pairs.

With the saver the tower runs pair by pair, so that what is reused has been computed exactly as it
would be again; "exact" computes it all the same and refuses any difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.errors import NumericsError

if TYPE_CHECKING:
    from torch import Tensor

    from engine.config import StaticSaver
    from engine.model import LoadedModel
    from engine.vision import ClipPatches


class Sight:
    """Turns one stream's clips into vision tokens.

    Args:
        model: Whose tower.

    Attributes:
        saved_share: Of the last clip's pairs of frames, those that were not computed.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._last: tuple[ClipPatches, Tensor] | None = None
        self.saved_share = 0.0

    def look(self, clip: ClipPatches, saver: StaticSaver) -> Tensor:
        """Vision tokens of a clip, as `LoadedModel.embed_clip` gives them.

        Raises:
            NumericsError: With "exact", what would have been reused is not what is computed.
        """
        if saver == "off":
            self._last, self.saved_share = None, 0.0
            return self._model.embed_clip(clip)
        pairs = clip.pairs()
        num_saved = 0
        tokens: list[Tensor] = []
        for pair in pairs:
            known = self._known(pair)
            num_saved += known is not None
            tokens.append(self._model.embed_clip(pair) if known is None else known)
            if known is not None and saver == "exact":
                self._prove(pair, known)
            self._last = pair, tokens[-1]
        self.saved_share = num_saved / len(pairs)
        return torch.cat(tokens)

    def _known(self, pair: ClipPatches) -> Tensor | None:
        """The tokens of the pair before, where its pixels were the same."""
        if self._last is None:
            return None
        before, tokens = self._last
        is_same = before.patch_grid == pair.patch_grid and torch.equal(
            before.pixel_values, pair.pixel_values
        )
        return tokens if is_same else None

    def _prove(self, pair: ClipPatches, known: Tensor) -> None:
        if not torch.equal(self._model.embed_clip(pair), known):
            raise NumericsError(
                "the vision tower gave other numbers for the same picture; turn the static saver "
                "off on this device"
            )
