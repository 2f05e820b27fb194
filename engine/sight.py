"""Looking at chunks: each pair of frames goes through the vision tower once, or not at all.

The static saver compares the pixels that the tower would get, after resizing, with those of the
pair before. Attention of the Qwen-VL towers never leaves a pair of frames (a temporal patch), but
within one its full-attention layers let every patch see every other. So a pair's vision tokens are
provably the same exactly where all of its pixels are; a single changed patch changes them all, and
the pair is computed again. What is saved is therefore counted in pairs.

With the saver the tower runs pair by pair, so that what is reused has been computed exactly as it
would be again; "exact" computes it all the same and refuses any difference.

On CUDA the next chunk can be looked at while this one's reply is decoded: the tower's kernels are
queued on a stream of their own and fill what the small kernels of decoding leave idle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from engine.errors import NumericsError
from engine.vision import patches_of

if TYPE_CHECKING:
    from torch import Tensor

    from engine.config import StaticSaver, StreamingConfig
    from engine.model import LoadedModel
    from engine.stages import StageClock
    from engine.vision import ClipPatches
    from engine.vision.frames import Frames


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A chunk as the decoder gets it.

    Attributes:
        clip: Its patches.
        tokens: Its vision tokens, as `LoadedModel.embed_clip` gives them.
        saved_share: Of its pairs of frames, those that were not computed.
    """

    clip: ClipPatches
    tokens: Tensor
    saved_share: float


@dataclass(frozen=True, slots=True, eq=False)
class _Ahead:
    """A chunk that was looked at before its round."""

    frames: Frames
    config: StreamingConfig
    seen: Seen


class Sight:
    """Turns one stream's chunks into vision tokens.

    Args:
        model: Whose tower.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._last: tuple[ClipPatches, Tensor] | None = None
        self._ahead: _Ahead | None = None
        on_cuda = model.device.type == "cuda"
        self._side: Any = torch.cuda.Stream(model.device) if on_cuda else None

    def prepare(self, frames: Frames, config: StreamingConfig) -> None:
        """Begin to look at the chunk that is the next one to `see`.

        Returns without waiting, but where the static saver compares its patches. Without CUDA this
        would only put off what is being decoded, and nothing is done.
        """
        if self._side is None:
            return
        cuda: Any = torch.cuda  # partly untyped
        self._side.wait_stream(cuda.current_stream(self._model.device))
        self._keep_for(self._side)
        try:
            with cuda.stream(self._side):
                clip = patches_of(frames, self._model.patches_for(config), self._model.device)
                seen = self._look(clip, config.static_saver)
        except (torch.OutOfMemoryError, NumericsError):  # `see` tries again, and says so
            self._ahead = None
        else:
            self._ahead = _Ahead(frames, config, seen)

    def see(self, frames: Frames, config: StreamingConfig, clock: StageClock) -> Seen:
        """A chunk's vision tokens, which may have been prepared.

        Raises:
            NumericsError: With the static saver "exact", what would have been reused is not what
                is computed.
        """
        ahead, self._ahead = self._ahead, None
        with clock.stage("vision"):
            self._catch_up(ahead)
        if ahead is not None and ahead.frames is frames and ahead.config == config:
            return ahead.seen
        with clock.stage("patches"):
            clip = patches_of(frames, self._model.patches_for(config), self._model.device)
        with clock.stage("vision"):
            return self._look(clip, config.static_saver)

    def _catch_up(self, ahead: _Ahead | None) -> None:
        """Let the current CUDA stream wait for what the other one still does."""
        if self._side is None:
            return
        current: Any = torch.cuda.current_stream(self._model.device)
        current.wait_stream(self._side)
        self._keep_for(current)
        if ahead is not None:
            ahead.seen.tokens.record_stream(current)

    def _keep_for(self, stream: Any) -> None:
        """Keep what the saver compares with until `stream`, too, is done with it."""
        if self._last is not None:
            pair, tokens = self._last
            pair.pixel_values.record_stream(stream)
            tokens.record_stream(stream)

    def _look(self, clip: ClipPatches, saver: StaticSaver) -> Seen:
        if saver == "off":
            self._last = None
            return Seen(clip, self._model.embed_clip(clip), 0.0)
        num_saved = 0
        tokens: list[Tensor] = []
        for pair in clip.pairs():
            known = self._known(pair)
            num_saved += known is not None
            tokens.append(self._model.embed_clip(pair) if known is None else known)
            if known is not None and saver == "exact":
                self._prove(pair, known)
            self._last = pair, tokens[-1]
        return Seen(clip, torch.cat(tokens), num_saved / len(tokens))

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
