"""Decoding with fixed shapes and addresses, so that a CUDA device replays a step as one graph.

Launching the thousand small kernels of a step takes a processor longer than a good graphics
processor takes to run them. A graph launches them all at once, but everything that changes from
token to token must then lie in memory that stays: the token, its rotation, its slot, and how much
of the cache it sees. Kernels that read that number need one graph for all lengths. With others it
is masked behind the token, up to a multiple of `BUCKET` slots; a longer cache gets another graph.
Memory that has moved always does.

On other devices the same steps run as they are, which is how they are tested without CUDA.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from weakref import proxy

import torch
from torch import Tensor

from engine.cache.store import LayerKeys, Visible
from engine.model.rotary import Rotation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from engine.cache.store import KVStore, Slots

BUCKET = 512

_MOST_STEPS = 4  # of one store; a bounded cache needs one or two
_WARM_RUNS = 2  # before capturing, so that libraries have set themselves up
_CAPTURING = threading.Lock()  # torch captures one graph of a process at a time


class Runner(Protocol):
    """A decoder, as far as it is needed here."""

    def embed(self, token_ids: Tensor) -> Tensor: ...

    def run(self, states: Tensor, rotation: Rotation, slots: Slots) -> Tensor: ...

    def normed(self, states: Tensor) -> Tensor: ...


class StaticSlots:
    """A store's first slots; one new token is written where the device itself is told.

    Args:
        store: Whose memory, of which nothing is copied.
        num_slots: How many.
        has_mask: Whether kernels are told by a mask what a token sees, or by a number.
    """

    def __init__(self, store: KVStore, num_slots: int, *, has_mask: bool) -> None:
        shape = store.shape
        self._layers = [store.layer(index) for index in range(shape.num_layers)]
        self._num_slots = num_slots
        self._slot = torch.zeros(1, dtype=torch.long, device=shape.device)
        self._visible = Visible(
            torch.tensor([[0, 1], [0, 0]], dtype=torch.int32, device=shape.device),
            torch.zeros(num_slots, dtype=shape.dtype, device=shape.device) if has_mask else None,
        )

    def place(self, slot: int) -> None:
        """Say where the next token goes, and hide what lies behind it; waits for nothing."""
        self._slot.fill_(slot)
        self._visible.num_slots.fill_(slot + 1)
        if self._visible.mask is not None:
            self._visible.mask[: slot + 1].fill_(0)
            self._visible.mask[slot + 1 :].fill_(float("-inf"))

    def write(self, layer: int, keys_and_values: Tensor, rotated_keys: Tensor) -> LayerKeys:
        """Put one token's states into its slot, and give all slots."""
        num_heads, num_tokens, size = rotated_keys.shape
        memory = self._layers[layer]
        pairs = keys_and_values.reshape(2, num_heads, num_tokens, size)
        memory.keys_and_values.index_copy_(2, self._slot, pairs)
        memory.rotated.index_copy_(2, self._slot, rotated_keys[None])
        stop = self._num_slots
        return LayerKeys(memory.rotated[:, :, :stop], memory.values[:, :, :stop], self._visible)

    def commit(self, num_tokens: int) -> None:
        """The store itself counts what it holds."""


class StaticStep:
    """Runs one token from inputs that stay in place to an output that stays in place.

    Args:
        runner: Runs the layers.
        store: Holds the cache.
        num_slots: How much of it is looked at.
        has_mask: As in `StaticSlots`.
    """

    def __init__(self, runner: Runner, store: KVStore, num_slots: int, *, has_mask: bool) -> None:
        device, size = store.shape.device, store.shape.head_size
        self._runner = runner
        self._slots = StaticSlots(store, num_slots, has_mask=has_mask)
        self._token = torch.zeros(1, dtype=torch.long, device=device)
        self._rotation = Rotation(*torch.zeros((2, 1, size), device=device).unbind(0))
        self._output = torch.empty(0, device=device)
        self._replay: Callable[[], None] | None = None
        self._device = device
        self._is_captured = device.type == "cuda"

    def __call__(self, token_id: int, rotation: Rotation, slot: int) -> Tensor:
        """Output (E,) of a token; the next call overwrites it."""
        self._token.fill_(token_id)
        self._rotation.cos.copy_(rotation.cos)
        self._rotation.sin.copy_(rotation.sin)
        self._slots.place(slot)
        if not self._is_captured:
            self._output = self._run()
            return self._output[0]
        with torch.cuda.device(self._device):  # which may not be the thread's current one
            if self._replay is None:
                self._replay = self._capture()
            self._replay()
        return self._output[0]

    def _run(self) -> Tensor:
        embedding = self._runner.embed(self._token)
        return self._runner.normed(self._runner.run(embedding, self._rotation, self._slots))

    def _capture(self) -> Callable[[], None]:
        """Record the step; running it before writes the same states into the same slot."""
        cuda: Any = torch.cuda  # partly untyped
        side = cuda.Stream()
        side.wait_stream(cuda.current_stream())
        with cuda.stream(side):
            for _ in range(_WARM_RUNS):
                self._run()
        cuda.current_stream().wait_stream(side)
        graph = cuda.CUDAGraph()
        captured = cuda.graph(graph, stream=side, capture_error_mode="thread_local")
        with _CAPTURING, _own_workspaces(), captured:
            self._output = self._run()
        return graph.replay


@contextmanager
def _own_workspaces() -> Generator[None]:
    """Let cuBLAS take its workspace out of the graph's own memory, as torch's compiler does.

    The one that warming up has left belongs to the stream, and goes when any graph of that stream
    does, though this one would still write there.
    """
    untyped: Any = torch  # which offers this in no public place
    clear = untyped._C._cuda_clearCublasWorkspaces
    clear()
    try:
        yield
    finally:
        clear()


class StaticSteps:
    """The steps of all stores that a decoder works on; they go with their stores.

    Args:
        runner: The decoder, which owns them; they do not keep it and its weights alive.
        has_mask: As in `StaticSlots`.
    """

    def __init__(self, runner: Runner, *, has_mask: bool = True) -> None:
        self._runner: Runner = proxy(runner)
        self._has_mask = has_mask

    @property
    def spare_slots(self) -> int:
        """How many slots a step may ask for beyond its token's."""
        return BUCKET if self._has_mask else 0

    def decode(self, token_id: int, rotation: Rotation, store: KVStore) -> Tensor:
        """Run one token and store its states; gives its output (E,) until the next call."""
        num_slots = self._num_slots(store)
        by_length: dict[int, StaticStep] = store.made.setdefault(self, {})
        step = by_length.pop(num_slots, None) or StaticStep(
            self._runner, store, num_slots, has_mask=self._has_mask
        )
        by_length[num_slots] = step  # the one used last is the last
        if len(by_length) > _MOST_STEPS:
            del by_length[next(iter(by_length))]
        output = step(token_id, rotation, store.length)
        store.commit(1)
        return output

    def _num_slots(self, store: KVStore) -> int:
        """How many slots the next token's step looks at; the store has them then."""
        if not self._has_mask:
            store.reserve(1)
            return store.capacity
        num_slots = (store.length // BUCKET + 1) * BUCKET
        store.reserve(num_slots - store.length)
        return num_slots
