"""Linear layers with weights of 8 or 4 bits, and putting them into a loaded network.

Only the text decoder and its head are quantized: the vision tower runs many tokens at once, where
the products cost more than reading the weights. The head keeps 8 bits in both cases, since an
error in it goes straight into the choice of a token; on CUDA it stays whole, for there 8 bits are
unpacked for each product, which takes more memory and time than reading 16.

Axes: N outputs, K inputs, n tokens, g inputs of a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import ConfigError

if TYPE_CHECKING:
    from engine.model.precision import Quantization

_ATEN: Any = torch.ops.aten  # torch's own kernels; it offers no other way to call these

GROUP = 64
"""Inputs that share a scale and a zero point in 4 bits."""

_FEW_TOKENS = 8
"""Up to here the kernel for 8 bits wins; beyond, unpacking the weights and one plain product."""

_LEVELS_8, _LEVELS_4 = 127, 15
_MIDDLE_4 = 8  # the level that the kernels take for the zero point
_LEAST_SCALE = 1e-9
_SHRINKS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_PACKED_TILES = 4  # of 16 inputs, which makes a group
_OUTPUTS_OF_A_BLOCK = 16

_PROJECTIONS = (
    ("self_attn", ("q_proj", "k_proj", "v_proj", "o_proj")),
    ("mlp", ("gate_proj", "up_proj", "down_proj")),
)


class Int8Linear(nn.Module):
    """Weights of 8 bits, one scale per output.

    Args:
        weight: (N, K) in any floating type.
        bias: (N,) or None.
    """

    weight: Tensor
    scales: Tensor
    bias: Tensor | None

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        exact = weight.detach().to(torch.float32)
        scales = exact.abs().amax(dim=1).clamp_(min=torch.finfo(torch.float32).tiny) / _LEVELS_8
        levels = (exact / scales[:, None]).round_().to(torch.int8)
        self.register_buffer("weight", levels)
        self.register_buffer("scales", scales.to(torch.bfloat16))
        self.register_buffer("bias", _bias(bias))

    def forward(self, states: Tensor) -> Tensor:
        """Outputs (n, N) of bfloat16 states (n, K)."""
        if len(states) <= _FEW_TOKENS and not states.is_cuda:  # where that kernel is a slow one
            outputs: Tensor = _ATEN._weight_int8pack_mm(states, self.weight, self.scales)
        else:
            outputs = functional.linear(states, self.weight.to(states.dtype)) * self.scales
        return outputs if self.bias is None else outputs + self.bias


class Int4Linear(nn.Module):
    """Weights of 4 bits, a scale and a zero point per output and group of inputs.

    Args:
        weight: (N, K) in any floating type, with sizes that `fits` accepts.
        bias: (N,) or None.
        device: Where it will run; kernels of processors and of CUDA pack differently.
    """

    packed: Tensor
    scales_and_zeros: Tensor
    bias: Tensor | None

    def __init__(self, weight: Tensor, bias: Tensor | None, device: torch.device) -> None:
        super().__init__()
        levels, scales_and_zeros = quantize_to_4_bits(weight.detach().to(torch.float32))
        self._on_cuda = device.type == "cuda"
        packed = _pack_for_cuda(levels.to(device)) if self._on_cuda else _pack(levels)
        self.register_buffer("packed", packed)
        self.register_buffer("scales_and_zeros", scales_and_zeros.to(device, torch.bfloat16))
        self.register_buffer("bias", _bias(bias))

    @staticmethod
    def fits(weight: Tensor) -> bool:
        """Whether the kernels take weights (N, K) of this size."""
        outputs, inputs = weight.shape
        return outputs % _OUTPUTS_OF_A_BLOCK == 0 and inputs % GROUP == 0

    def forward(self, states: Tensor) -> Tensor:
        """Outputs (n, N) of bfloat16 states (n, K)."""
        multiply = _ATEN._weight_int4pack_mm if self._on_cuda else _ATEN._weight_int4pack_mm_for_cpu
        outputs: Tensor = multiply(states, self.packed, GROUP, self.scales_and_zeros)
        return outputs if self.bias is None else outputs + self.bias


def quantize_to_4_bits(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Levels 0..15, int32 (N, K), and scales with zero points, float32 (K / g, N, 2).

    Of several ranges per group, from all of its values down to the inner part of them, the one
    with the least squared error is taken.
    """
    groups = weight.reshape(len(weight), -1, GROUP)
    low, high = groups.amin(-1, keepdim=True), groups.amax(-1, keepdim=True)
    scale, zero = _grid(low, high, _SHRINKS[0])
    least = _error(groups, scale, zero)
    for shrink in _SHRINKS[1:]:
        other_scale, other_zero = _grid(low, high, shrink)
        error = _error(groups, other_scale, other_zero)
        is_better = error < least
        scale = torch.where(is_better, other_scale, scale)
        zero = torch.where(is_better, other_zero, zero)
        least = torch.where(is_better, error, least)
    levels = _levels(groups, scale, zero) + _MIDDLE_4
    scales_and_zeros = torch.cat((scale, zero), dim=-1).transpose(0, 1).contiguous()
    return levels.reshape(weight.shape).to(torch.int32), scales_and_zeros


def _grid(low: Tensor, high: Tensor, shrink: float) -> tuple[Tensor, Tensor]:
    """Scale and zero point, as the kernels will have them, of ranges shrunk about their middle."""
    middle, half = (high + low) / 2, (high - low) / 2 * shrink
    scale = (2 * half / _LEVELS_4).clamp_(min=_LEAST_SCALE).to(torch.bfloat16).to(torch.float32)
    zero = (middle - half + scale * _MIDDLE_4).to(torch.bfloat16).to(torch.float32)
    return scale, zero


def _levels(groups: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    """The nearest levels, counted from the one that stands for the zero point."""
    return ((groups - zero) / scale).round_().clamp_(-_MIDDLE_4, _LEVELS_4 - _MIDDLE_4)


def _error(groups: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
    error = _levels(groups, scale, zero).mul_(scale).add_(zero).sub_(groups)
    return error.square_().sum(-1, keepdim=True)


def quantize_network(network: Any, quantization: Quantization, device: torch.device) -> None:
    """Put quantized layers into a loaded network, in place, and move it to `device`.

    Raises:
        ConfigError: Its sizes do not go with 4 bits.
    """
    for layer in network.model.language_model.layers:
        for block_name, names in _PROJECTIONS:
            block = getattr(layer, block_name)
            for name in names:
                setattr(block, name, _quantized(getattr(block, name), quantization, device))
    if device.type != "cuda":
        head = network.lm_head
        network.lm_head = Int8Linear(head.weight, head.bias)
    network.to(device)


def _quantized(linear: Any, quantization: Quantization, device: torch.device) -> nn.Module:
    weight: Tensor = linear.weight
    if quantization == "int8":
        return Int8Linear(weight.to(device), linear.bias).to(device)
    if not Int4Linear.fits(weight):
        raise ConfigError(
            f"this model has weights of {weight.shape[0]} x {weight.shape[1]}, which 4 bits do not "
            "go with; use int8"
        )
    return Int4Linear(weight.to(device), linear.bias, device).to(device)


def _bias(bias: Tensor | None) -> Tensor | None:
    return None if bias is None else bias.detach().to(torch.bfloat16)


def _pack(levels: Tensor) -> Tensor:
    return _ATEN._convert_weight_to_int4pack_for_cpu(levels, 1)


def _pack_for_cuda(levels: Tensor) -> Tensor:
    pairs = (levels[:, ::2] << 4 | levels[:, 1::2]).to(torch.uint8)
    return _ATEN._convert_weight_to_int4pack(pairs, _PACKED_TILES)
