"""Tensors of the cache: what is kept, and which rotated keys are valid."""

from __future__ import annotations

import itertools

import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.cache.store import KVStore, StoreShape
from tests.engine.calls import Calls

SHAPE = StoreShape(2, 3, 4, torch.float32, torch.device("cpu"))


def filled(num_tokens: int, capacity: int = 1) -> KVStore:
    """A store in which token number t has t for all unrotated states, and -t for rotated keys."""
    store = KVStore(SHAPE, capacity)
    for start in range(0, num_tokens, 7):
        numbers = torch.arange(start, min(start + 7, num_tokens), dtype=torch.float32)
        states = numbers[:, None].expand(6, len(numbers), 4)
        store.reserve(len(numbers))
        for layer in range(2):
            store.write(layer, states, -states[:3])
        store.commit(len(numbers))
    return store


def tokens(store: KVStore) -> list[list[int]]:
    """The numbers that are read back from the values and from the rotated keys of each layer."""
    store.reserve(1)
    nothing = torch.zeros((6, 0, 4))
    read = [store.write(layer, nothing, nothing[:3]) for layer in range(2)]
    return [
        part[0, 0, :, 0].int().tolist() for layer in read for part in (layer.values, layer.keys)
    ]


def test_what_was_written_is_read_back() -> None:
    numbers = list(range(40))
    assert tokens(filled(40)) == [numbers, [-number for number in numbers]] * 2


@st.composite
def disjoint_ranges(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Some ranges of 30 slots, in any order."""
    cuts = draw(st.lists(st.integers(0, 30), min_size=2, max_size=8, unique=True).map(sorted))
    return draw(st.permutations(list(itertools.pairwise(cuts))))[: draw(st.integers(0, 6))]


@given(disjoint_ranges())
def test_the_given_slots_are_kept_in_the_given_order(ranges: list[tuple[int, int]]) -> None:
    store = filled(30)
    memory = store.memory
    kept = [number for start, stop in ranges for number in range(start, stop)]
    with Calls() as calls:
        store.keep(ranges)
    assert store.memory is memory
    assert len(calls.axes.get("index_select", ())) <= 1
    assert store.length == len(kept)
    assert kept[: store.num_turned] == list(range(store.num_turned))
    store.rerotate(store.num_turned, torch.neg)
    assert store.num_turned == len(kept)
    assert tokens(store) == [kept, [-number for number in kept]] * 2


def test_a_prefix_is_replaced_by_a_longer_one() -> None:
    store = filled(20)
    store.replace_prefix(3, filled(9))
    store.rerotate(0, torch.neg)
    expected = [*range(9), *range(3, 20)]
    assert tokens(store) == [expected, [-number for number in expected]] * 2


def test_a_prefix_is_replaced_by_one_that_needs_more_room_than_there_is() -> None:
    store, other = filled(20), filled(900)
    store.replace_prefix(3, other)
    store.rerotate(0, torch.neg)
    expected = [*range(900), *range(3, 20)]
    assert tokens(store) == [expected, [-number for number in expected]] * 2


def test_what_was_made_of_memory_is_forgotten_with_it() -> None:
    store = KVStore(SHAPE, 4)
    store.made["views"] = store.memory
    store.reserve(3)
    assert store.made
    store.reserve(9)
    assert not store.made


def test_memory_stays_when_everything_is_forgotten() -> None:
    store = filled(100)
    capacity = store.capacity
    store.clear()
    assert (store.length, store.num_turned, store.capacity) == (0, 0, capacity)


def test_slots_that_hold_nothing_yet_are_numbers() -> None:
    """Torch can be asked to fill fresh memory with what is no number."""
    torch.use_deterministic_algorithms(True)
    try:
        assert torch.empty(1).isnan()
        store = KVStore(SHAPE, 4)
        assert torch.isfinite(store.memory).all()
        store.reserve(9)
        assert torch.isfinite(store.memory).all()
    finally:
        torch.use_deterministic_algorithms(False)
