"""Which claim is about which event: the most that can be right, and the closest of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Gain = tuple[int, float]  # pairs, and their summed distance with a minus


def pair_in_order(
    num_claims: int, num_events: int, distance: Callable[[int, int], float | None]
) -> dict[int, int]:
    """Pair claims with events, each at most once, without crossing.

    Taking each claim's nearest event instead would let an early claim take the event of the next
    one, which then has none.

    Args:
        num_claims: How many claims there are, in order of time.
        num_events: How many events there are, in order of time.
        distance: Of a claim and an event; None where the claim does not fit the event.

    Returns:
        Events by claims: as many pairs as there can be, and of those choices the closest one.
    """
    gains: list[list[Gain]] = [[(0, 0.0)] * (num_events + 1)]
    distances: list[list[float | None]] = []
    for claim in range(num_claims):
        distances.append([distance(claim, event) for event in range(num_events)])
        gains.append(_next_row(gains[-1], distances[-1]))
    return _read_back(gains, distances)


def _next_row(above: list[Gain], distances: list[float | None]) -> list[Gain]:
    row: list[Gain] = [(0, 0.0)]
    for event, apart in enumerate(distances):
        best = max(above[event + 1], row[event])
        if apart is not None:
            best = max(best, _plus(above[event], apart))
        row.append(best)
    return row


def _read_back(gains: list[list[Gain]], distances: list[list[float | None]]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    claim, event = len(distances), len(gains[0]) - 1
    while claim and event:
        if gains[claim][event] == gains[claim - 1][event]:
            claim -= 1
        elif gains[claim][event] == gains[claim][event - 1]:
            event -= 1
        else:
            claim, event = claim - 1, event - 1
            pairs[claim] = event
    return pairs


def _plus(gain: Gain, distance: float) -> Gain:
    return gain[0] + 1, gain[1] - distance
