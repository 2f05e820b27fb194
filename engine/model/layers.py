"""A decoder layer's weights, read from transformers' own and joined where one product does.

Axes: n tokens, E channels of the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence


class Linear(Protocol):
    """Turns inputs (n, K) into outputs (n, N)."""

    def __call__(self, states: Tensor, /) -> Tensor: ...


@dataclass(frozen=True, slots=True, eq=False)
class RmsNorm:
    """Root mean square norm, computed in float32 as transformers does.

    Attributes:
        weight: By channel.
        size, epsilon: How many channels, and what keeps the root from 0, both float32 () where the
            weight lies: a step with a number of Python's takes twice as long.
    """

    weight: Tensor
    size: Tensor
    epsilon: Tensor

    @classmethod
    def of(cls, module: Any) -> RmsNorm:
        """Take the weight of transformers' module."""
        return cls.with_weight(module.weight, module.variance_epsilon)

    @classmethod
    def with_weight(cls, weight: Tensor, epsilon: float) -> RmsNorm:
        """A norm over the last axis of `weight`."""
        size, floor = weight.new_tensor((weight.shape[-1], epsilon), dtype=torch.float32)
        return cls(weight, size, floor)

    def __call__(self, states: Tensor) -> Tensor:
        exact = states.float()
        scale = exact.square().sum(-1, keepdim=True).div_(self.size).add_(self.epsilon).rsqrt_()
        return (exact * scale).type_as(states) * self.weight


@dataclass(frozen=True, slots=True, eq=False)
class DecoderLayer:
    """One layer; what is joined has the parts' outputs side by side.

    Attributes:
        attention_norm: Before attention.
        head_norm: Of each query's and key's own channels, (G * H + H, 1, D); None for none.
        project: To queries, keys and values of all heads, in this order.
        output: From mixed values back to the model's channels.
        feed_forward_norm: Before the feed-forward block.
        gate_and_up: To the block's gate and to what it lets through.
        activation: Of the gate.
        down: From there back to the model's channels.
        window: Newest tokens that each one sees, itself included; None for all.
    """

    attention_norm: RmsNorm
    head_norm: RmsNorm | None
    project: Linear
    output: Linear
    feed_forward_norm: RmsNorm
    gate_and_up: Linear
    activation: Linear
    down: Linear
    window: int | None = None

    @classmethod
    def of(cls, module: Any) -> DecoderLayer:
        """Take the weights of transformers' layer, which goes on working with them."""
        attention, block = module.self_attn, module.mlp
        return cls(
            attention_norm=RmsNorm.of(module.input_layernorm),
            head_norm=_norm_of_heads(attention),
            project=join((attention.q_proj, attention.k_proj, attention.v_proj)),
            output=lean(attention.o_proj),
            feed_forward_norm=RmsNorm.of(module.post_attention_layernorm),
            gate_and_up=join((block.gate_proj, block.up_proj)),
            activation=functional.silu if isinstance(block.act_fn, nn.SiLU) else block.act_fn,
            down=lean(block.down_proj),
            window=getattr(attention, "sliding_window", None),
        )

    def feed_forward(self, states: Tensor) -> Tensor:
        """The feed-forward block's share (n, E) for states (n, E)."""
        gate, up = self.gate_and_up(self.feed_forward_norm(states)).chunk(2, dim=-1)
        return self.down(self.activation(gate) * up)


def _norm_of_heads(attention: Any) -> RmsNorm | None:
    """The norms of queries and of keys as one over the heads of both, where there are any."""
    if not hasattr(attention, "q_norm"):
        return None
    size, query, key = attention.head_dim, attention.q_norm, attention.k_norm
    # Not by the projections' sizes, which quantized ones do not tell.
    config = attention.config
    queries = query.weight.expand(config.num_attention_heads, 1, size)
    keys = key.weight.expand(config.num_key_value_heads, 1, size)
    return RmsNorm.with_weight(torch.cat((queries, keys)), query.variance_epsilon)


def lean(module: nn.Module) -> Linear:
    """The same linear layer without a module's own overhead, where it is a plain one."""
    return Plain(module.weight, module.bias) if type(module) is nn.Linear else module


def join(modules: Sequence[nn.Module]) -> Linear:
    """Several linear layers of the same inputs as one; plain ones become one product.

    The plain layers' own weights become views of the joined ones, so that nothing is kept twice
    and they go on as they were.
    """
    plain = [module for module in modules if type(module) is nn.Linear]
    num_biased = sum("bias" in dict(module.named_parameters()) for module in plain)
    if len(plain) < len(modules) or num_biased not in {0, len(plain)}:
        return _InTurn(modules)
    return Plain(_share(plain, "weight"), _share(plain, "bias") if num_biased else None)


def _share(modules: Sequence[nn.Linear], name: str) -> Tensor:
    """The modules' parameters in one tensor, of which they become views."""
    parameters: list[nn.Parameter] = [getattr(module, name) for module in modules]
    joined = torch.cat([parameter.detach() for parameter in parameters])
    start = 0
    for parameter in parameters:
        stop = start + len(parameter)
        parameter.data, start = joined[start:stop], stop
    return joined


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A matrix product and a bias.

    Attributes:
        weight: (N, K).
        bias: (N,), or None.
    """

    weight: Tensor
    bias: Tensor | None

    def __call__(self, states: Tensor) -> Tensor:
        return functional.linear(states, self.weight, self.bias)


@dataclass(frozen=True, slots=True, eq=False)
class _InTurn:
    """Layers of any kind, one after the other."""

    modules: Sequence[Linear]

    def __call__(self, states: Tensor) -> Tensor:
        return torch.cat([module(states) for module in self.modules], dim=-1)
