"""Sizes and times as people read them."""

from __future__ import annotations

import math

_STEP = 1000
_SMALL = 10  # of a unit; below it a decimal says something
HOPELESS_S = 100.0  # for a second of video; how much more than that it is helps nobody


def size_text(num_bytes: float) -> str:
    """As "16.6 GB" or "25 MB"."""
    amount, units = num_bytes, ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= _STEP and len(units) > 1:
        amount /= _STEP
        units.pop(0)
    decimals = 1 if units[0] in {"GB", "TB"} or (amount < _SMALL and units[0] != "bytes") else 0
    return f"{amount:.{decimals}f} {units[0]}"


def clock_text(seconds: float) -> str:
    """As "1:02:03" or "2:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def rough(value: float) -> tuple[float, int]:
    """A positive number to its first digit, and how many decimals it needs: 37 is 40 and 0."""
    exponent = math.floor(math.log10(value))
    return round(value, -exponent), max(-exponent, 0)
