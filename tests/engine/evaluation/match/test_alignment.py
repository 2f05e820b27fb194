"""Claims and events are paired as well as they can be."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.match.alignment import pair_in_order

TIMES = st.lists(st.integers(0, 12), max_size=5, unique=True).map(sorted)
TOLERANCE = 2


def best_by_trying(claims: list[int], events: list[int]) -> tuple[int, int]:
    """Most pairs, and their smallest distance with a minus, over all ways that do not cross."""
    best = (0, 0)
    sizes = range(1, min(len(claims), len(events)) + 1)
    for size in sizes:
        for some, others in product(combinations(claims, size), combinations(events, size)):
            apart = [abs(claim - event) for claim, event in zip(some, others, strict=True)]
            if max(apart) <= TOLERANCE:
                best = max(best, (size, -sum(apart)))
    return best


@settings(max_examples=200)
@given(TIMES, TIMES)
def test_there_is_no_better_way(claims: list[int], events: list[int]) -> None:
    def distance(claim: int, event: int) -> float | None:
        apart = abs(claims[claim] - events[event])
        return float(apart) if apart <= TOLERANCE else None

    pairs = pair_in_order(len(claims), len(events), distance)
    apart = [distance(claim, event) for claim, event in pairs.items()]
    assert None not in apart
    assert len(set(pairs.values())) == len(pairs)
    assert (len(pairs), -sum(a for a in apart if a is not None)) == best_by_trying(claims, events)
