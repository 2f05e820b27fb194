"""Waiting for a condition instead of for a fixed time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def wait_until(
    condition: Callable[[], bool], what: str, timeout_s: float = 10.0, interval_s: float = 0.02
) -> None:
    """Return as soon as `condition` holds.

    Raises:
        TimeoutError: It did not hold within `timeout_s`; the message names `what`.
    """
    pause = threading.Event()
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s in vain for {what}")
        pause.wait(interval_s)
