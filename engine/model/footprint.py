"""How much memory a model takes, in plain numbers: known before anything is loaded."""

from __future__ import annotations

_WORKING_SHARE = 0.1
_WORKING_BYTES = 256 * 2**20


def needed_bytes(weight_bytes: float) -> int:
    """Bytes that a model needs while it runs, its caches not counted."""
    return int(weight_bytes * (1 + _WORKING_SHARE)) + _WORKING_BYTES
