"""The likeliest token of many, compiled: a greedy choice at a fraction of separate steps' cost.

Axes: V tokens of the vocabulary, S of them said before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]
    Ids = NDArray[np.int64]

_BLOCK = 2048  # scores that are looked at again for the best one's place
_LEAST = np.int32(-(2**31))


class Likeliest:
    """Chooses the best token after the repetition penalty, again and again.

    Args:
        penalty: For what was said: the less likely of two scores, whichever sign a score has;
            below 1 the more likely.
    """

    def __init__(self, penalty: float) -> None:
        self._penalty = penalty
        self.begin(())

    def begin(self, said: Sequence[int]) -> None:
        """Count these ids as said, each there once, and no others."""
        self._use(np.array(said, dtype=np.int64))

    def choose(self, scores: Numbers, logits: Numbers) -> tuple[int, float]:
        """The best id, the first of equals, which is said from now on; and the sum of the logits.

        Args:
            scores: Float32 (V,); they are put back after the penalty.
            logits: The same before any bias, or again the scores.
        """
        best, added, is_new = _choose(scores, logits, self._said, self._penalty, self._before)
        if is_new:
            self._use(np.append(self._said, best))
        return best, float(added)

    def _use(self, said: Ids) -> None:
        self._said, self._before = said, np.empty(len(said), np.float32)


@compiled("int32(int32)")
def _order(bits: np.int32) -> np.int32:
    """A float32's bits as a number that is the greater, the greater the float32 is."""
    return np.int32(bits ^ np.int32(np.int32(bits >> 31) & np.int32(0x7FFFFFFF)))


@compiled("int32(int32[::1])")
def _greatest(bits: NDArray[np.int32]) -> np.int32:
    """The greatest in `_order`; on its own, and over a whole array, this becomes vector code."""
    greatest = _LEAST
    for index in range(len(bits)):
        greatest = max(greatest, _order(bits[index]))
    return greatest


@compiled("float32(float32[::1])")
def _sum(numbers: Numbers) -> np.float32:
    """Of all; on its own for the same reason."""
    added = np.float32(0)
    for index in range(len(numbers)):
        added += numbers[index]
    return added


@compiled("int64(float32[::1])")
def _best(scores: Numbers) -> int:
    """The first id (V,) with the best score.

    Whole numbers are compared, for a compiler may not look at several floats at once: they might
    not be numbers.
    """
    bits = scores.view(np.int32)
    best, start_of_best = _LEAST, 0
    for start in range(0, len(bits), _BLOCK):
        greatest = _greatest(bits[start : start + _BLOCK])
        if greatest > best:
            best, start_of_best = greatest, start
    for index in range(start_of_best, len(bits)):
        if _order(bits[index]) == best:
            return index
    return 0


@compiled(
    "Tuple((int64, float32, boolean))"
    "(float32[::1], float32[::1], int64[::1], float32, float32[::1])"
)
def _choose(
    scores: Numbers, logits: Numbers, said: Ids, penalty: float, before: Numbers
) -> tuple[int, np.float32, bool]:
    """See `Likeliest.choose`; and whether the best id is not in `said`.

    `before` (S,) is room for what the penalty changes.
    """
    for index in range(len(said)):
        before[index] = scores[said[index]]
        one, other = before[index] * penalty, before[index] / penalty
        scores[said[index]] = min(one, other) if penalty > 1 else max(one, other)
    best, added = _best(scores), _sum(logits)
    is_new = True
    for index in range(len(said)):
        scores[said[index]] = before[index]
        is_new &= said[index] != best
    return best, added, is_new
