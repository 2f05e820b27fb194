"""Counting the tokens that a decoder runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from engine.model.decoder import Decoder


@contextmanager
def tokens_run(decoder: Decoder) -> Iterator[list[int]]:
    """Collect how many tokens go through its layers at once, time after time."""
    counts: list[int] = []
    run = decoder.run

    def counted(states: torch.Tensor, *rest: Any) -> torch.Tensor:
        counts.append(len(states))
        return run(states, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoder, "steps", None)
        patch.setattr(decoder, "run", counted)
        yield counts
