"""Times of a stream as exports write them: `01:02:03.450`."""

from __future__ import annotations


def format_clock(time_s: float) -> str:
    """Hours, minutes, seconds and milliseconds."""
    total_s, milliseconds = divmod(round(time_s * 1000), 1000)
    minutes, seconds = divmod(total_s, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def parse_clock(clock: str) -> float:
    """The seconds that `format_clock` wrote."""
    hours, minutes, rest = clock.split(":")
    seconds, milliseconds = rest.split(".")
    total_s = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return (total_s * 1000 + int(milliseconds)) / 1000
