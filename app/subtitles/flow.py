"""The two ways of reading behind one face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app.subtitles.instant import InstantFlow
from app.subtitles.settings import ReadingMode
from app.subtitles.steady import SteadyFlow

if TYPE_CHECKING:
    from app.subtitles.phrases import Fits
    from app.subtitles.settings import SubtitleSettings
    from app.subtitles.view import SubtitleView


class SubtitleFlow(Protocol):
    """Turns pieces of commentary into views. Times are seconds of one clock that never runs back.

    Text goes in by `add` and `end_line`; after each, and whenever `next_change_at` has come,
    `advance` says what is to be seen.
    """

    @property
    def next_change_at(self) -> float | None:
        """When `advance` has something new to say if no text comes; None for never."""
        ...

    def add(self, piece: str, now: float) -> None:
        """Take the next characters of a line."""
        ...

    def end_line(self, now: float) -> None:
        """The line is complete."""
        ...

    def jump_to_now(self, now: float) -> None:
        """Leave out everything but the newest text."""
        ...

    def advance(self, now: float) -> SubtitleView:
        """Go on to `now` and give what is to be seen then."""
        ...


def make_flow(settings: SubtitleSettings, mode: ReadingMode, fits: Fits) -> SubtitleFlow:
    """A flow for a surface.

    Args:
        settings: Pace and number of lines.
        mode: The way of reading on this surface.
        fits: Says whether a text can be shown there at once.
    """
    if mode is ReadingMode.STEADY:
        return SteadyFlow(settings.pacing, fits)
    return InstantFlow(settings.pacing, settings.style.num_lines)
