"""A stream in its steady state: windows full, nothing computed to get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from engine.bench.settings import GREEDY
from engine.bench.standing import Skipped
from engine.config import StreamingConfig
from engine.stream import CommentaryStream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.bench.standing import SkippingModel
    from engine.config import SamplingConfig, Scheme
    from engine.events import Round
    from engine.prompt import ChatLayout
    from engine.vision.frames import Frames

EVERYTHING: frozenset[Skipped] = frozenset(get_args(Skipped))

FULL_PREVIOUS_TEXT = " play" * 2048
"""More than any window of previous text holds, so that it is full from the first round on."""


class SteadyStream:
    """A stream of random pictures whose replies are all as long as they may be.

    Args:
        model: Runs it.
        size: Width and height of its pictures.
        scheme: Of attention.
        sampling: How its tokens are chosen, before the reply's own take their places.
    """

    def __init__(
        self,
        model: SkippingModel,
        size: tuple[int, int],
        scheme: Scheme = "streaming",
        sampling: SamplingConfig = GREEDY,
    ) -> None:
        self.config = StreamingConfig(scheme=scheme)
        self.model, self.sampling = model, sampling
        width, height = size
        shape = (self.config.frames_per_chunk, height, width, 3)
        self.frames: Frames = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        self._stream = CommentaryStream(
            model, self.config, sampling, previous_text=FULL_PREVIOUS_TEXT
        )
        self._reply = reply_of(model.chat, self.config.max_new_tokens)
        self.num_rounds = 0

    def fill(self, num_rounds: int | None = None) -> None:
        """Let rounds pass without computing them; without a number until all windows are full."""
        longest = max(self.config.vision_window_rounds, self.config.text_window_rounds)
        self.model.decoder.skipped = EVERYTHING
        for _ in range(longest + 2 if num_rounds is None else num_rounds):
            self._step()
        self.model.decoder.skipped = frozenset()

    def play(self) -> Round:
        """One round, computed."""
        return self._step()

    def _step(self) -> Round:
        self.num_rounds += 1
        return self._stream.step(self.frames, forced_reply=self._reply)


def reply_of(chat: ChatLayout, num_tokens: int) -> Sequence[int]:
    """Words of so many tokens, to be forced: models that fall silent would look quick."""
    return chat.reply_ids(["play"] * num_tokens)[:num_tokens]
