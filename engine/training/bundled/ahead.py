"""Batches that another process makes while the one before is learnt.

Playing and drawing matches takes one core about as long as learning from them; a machine with two
does both at once.
"""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import cv2

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class MadeAhead(Generic[T]):
    """Gives what `make` makes of a step, and has the next step's made meanwhile.

    To be used in a `with` statement, which ends the other process.

    Args:
        make: Makes a batch of its step; another process must be able to import it.
    """

    def __init__(self, make: Callable[[int], T]) -> None:
        self._make = make
        # A forked process would inherit locks of torch's threads in any state.
        self._pool = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)
        )
        self._awaited: dict[int, Future[T]] = {}

    def __getitem__(self, step: int) -> T:
        """The batch of a step; whatever `make` raises is raised here."""
        awaited = self._awaited.pop(step, None) or self._pool.submit(self._make, step)
        self._awaited = {step + 1: self._pool.submit(self._make, step + 1)}
        return awaited.result()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the other process, without what it was to make next."""
        self._pool.shutdown(cancel_futures=True)
