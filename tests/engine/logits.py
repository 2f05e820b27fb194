"""Looking at what a model's head gives."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from engine import LoadedModel
    from engine.context import Snapshot
    from engine.vision import ClipPatches


@contextmanager
def logits_of(model: LoadedModel) -> Iterator[list[Tensor]]:
    """Collect the logits (vocabulary,) of every token position that the head is asked for."""
    collected: list[Tensor] = []
    hook = model.network.lm_head.register_forward_hook(
        lambda _module, _inputs, output: collected.extend(
            output.detach().clone().view(-1, output.shape[-1])
        )
    )
    try:
        yield collected
    finally:
        hook.remove()


def one_forward(
    model: LoadedModel, snapshot: Snapshot, clips: list[ClipPatches], *fps: float
) -> Tensor:
    """Logits (n, vocabulary) of all tokens at once, positions left to transformers.

    `fps` is one number for all clips, or one for each.
    """
    seconds = torch.tensor([2 / each for each in fps] * (len(clips) if len(fps) == 1 else 1))
    stamped = model.checkpoint.family.stamps_patches  # then the ids say the time
    ids = snapshot.token_ids[None]
    is_pad = ids == model.chat.special.video_pad
    with torch.inference_mode():
        return model.network(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            mm_token_type_ids=is_pad.int() * 2,
            pixel_values_videos=torch.cat([clip.pixel_values for clip in clips]),
            video_grid_thw=torch.tensor([clip.patch_grid for clip in clips]),
            **({} if stamped else {"second_per_grid_ts": seconds}),
        ).logits[0]
