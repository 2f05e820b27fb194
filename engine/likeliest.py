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
        """The best id, which is said from now on, and the sum of the logits.

        Args:
            scores: Float32 (V,); they are put back after the penalty.
            logits: The same before any bias, or again the scores.
        """
        added = _penalise(scores, logits, self._said, self._penalty, self._before)
        best = int(scores.argmax())  # NumPy's own looks at many numbers at once
        if _restore(scores, self._said, self._before, best):
            self._use(np.append(self._said, best))
        return best, added

    def _use(self, said: Ids) -> None:
        self._said, self._before = said, np.empty(len(said), np.float32)


@compiled("float32(float32[::1], float32[::1], int64[::1], float32, float32[::1])")
def _penalise(
    scores: Numbers, logits: Numbers, said: Ids, penalty: float, before: Numbers
) -> float:
    """Penalise the scores of what was said and note them (S,); gives the sum of the logits."""
    added = np.float32(0)
    for index in range(len(logits)):  # over the logits themselves it would add one by one
        added += logits[index]
    for index in range(len(said)):
        before[index] = scores[said[index]]
        one, other = before[index] * penalty, before[index] / penalty
        scores[said[index]] = min(one, other) if penalty > 1 else max(one, other)
    return float(added)


@compiled("boolean(float32[::1], int64[::1], float32[::1], int64)")
def _restore(scores: Numbers, said: Ids, before: Numbers, best: int) -> bool:
    """Put the scores of what was said back; gives whether `best` is none of it."""
    is_new = True
    for index in range(len(said)):
        scores[said[index]] = before[index]
        is_new &= said[index] != best
    return is_new
