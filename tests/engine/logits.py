"""Looking at what a model's head gives."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from engine import LoadedModel


@contextmanager
def logits_of(model: LoadedModel) -> Iterator[list[Tensor]]:
    """Collect the logits (vocabulary,) of every token position that the head is asked for."""
    collected: list[Tensor] = []
    hook = model.network.lm_head.register_forward_hook(
        lambda _module, _inputs, output: collected.extend(output.detach().clone())
    )
    try:
        yield collected
    finally:
        hook.remove()
