"""The vision tower, which is told what transformers would work out of a clip's grid in every call.

It would do so on the tower's device and then wait there for numbers of Python's, three times a
layer, so that no clip could be prepared while a reply is decoded. A stream's clips have one grid:
its arguments are worked out once, on the processor, and stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from transformers import AttentionInterface, vision_utils

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.model.family import Family

_HELPERS: Any = vision_utils  # partly untyped

Grids = tuple[tuple[int, int, int], ...]

_MOST_GRIDS = 8  # kept; a stream has one or two


class VisionTower:
    """Runs clips through a loaded tower.

    Args:
        module: transformers' tower.
        family: Of the checkpoint.
    """

    def __init__(self, module: Any, family: Family) -> None:
        self._module, self._family = module, family
        self._device: torch.device = module.patch_embed.proj.weight.device
        self._known: dict[tuple[str, Grids], dict[str, Any]] = {}

    def __call__(self, patches: Tensor, grids: Grids) -> Tensor:
        """Vision tokens (n, (1 + K) * E) of clips' patches (p, channels).

        Side by side: what goes into the decoder, and what is added behind each of its first K
        layers.
        """
        patches = patches.to(self._device)
        output = self._module(patches, **self._arguments(grids))
        return torch.cat(self._family.vision_tokens(output), dim=-1)

    def _arguments(self, grids: Grids) -> dict[str, Any]:
        key = (self._module.config._attn_implementation, grids)
        if key not in self._known:
            self._known[key] = self._work_out(grids)
        if len(self._known) > _MOST_GRIDS:
            del self._known[next(iter(self._known))]
        return self._known[key]

    @torch.inference_mode(mode=False)  # what is kept must serve training, too
    def _work_out(self, grids: Grids) -> dict[str, Any]:
        grid = torch.tensor(grids)
        arguments = grid_arguments(self._module, grid)
        # Chunks that are attended to one by one are cut by Python; a flash kernel cuts them itself.
        stays = ("cu_seqlens", "cu_window_seqlens") if arguments["max_seqlen"] is None else ()
        arguments["grid_thw"] = grid
        return {
            name: value.to(self._device)
            if isinstance(value, Tensor) and name not in stays
            else value
            for name, value in arguments.items()
        }


def use_attention(network: Any, name: str, attend: Callable[..., tuple[Tensor, None]]) -> None:
    """Let the tower of a transformers network attend by `attend`.

    transformers hands a whole batch with the borders of its chunks only to names that contain
    "flash".
    """
    AttentionInterface.register(name, attend)  # pyright: ignore[reportUnknownMemberType]
    network.set_attn_implementation({"vision_config": name})


def grid_arguments(tower: Any, grids: Tensor) -> dict[str, Any]:
    """What a tower's forward works out of clips' grids (c, 3), by the names that it takes it under.

    A tower that wants more than is known here works it out itself.
    """
    borders, longest = _HELPERS.get_vision_attention_seqlens(grids, tower.config)
    return {
        "position_ids": _HELPERS.get_vision_position_ids(grids, tower.spatial_merge_size),
        "cu_seqlens": borders,
        "max_seqlen": longest,
        **(_windows(tower, grids) if hasattr(tower, "window_size") else {}),
        **(_learnt_places(tower, grids) if hasattr(tower, "num_grid_per_side") else {}),
    }


def _windows(tower: Any, grids: Tensor) -> dict[str, Any]:
    """Of Qwen2.5-VL: the patches' order window by window, and where the windows begin."""
    order, borders = _HELPERS.get_vision_window_index(
        grids, tower.spatial_merge_size, tower.window_size, tower.patch_size
    )
    return {
        "window_index": order,
        "cu_window_seqlens": borders,
        "max_window_seqlen": _HELPERS.get_max_seqlen(borders, tower.config),
    }


def _learnt_places(tower: Any, grids: Tensor) -> dict[str, Any]:
    """Of Qwen3-VL: which of a table's places are mixed for each patch, and how much of each."""
    places, shares = _HELPERS.get_vision_interpolation_indices_and_weights(
        grids,
        tower.num_grid_per_side,
        mode=tower.interpolation_mode,
        align_corners=tower.interpolation_align_corners,
        spatial_merge_size=tower.config.spatial_merge_size,
    )
    return {"interp_indices": places, "interp_weights": shares}
