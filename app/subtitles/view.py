"""What a surface shows at a moment."""

from __future__ import annotations

from dataclasses import dataclass

FADE_S = 0.6
FRAME_S = 1 / 30  # between two steps of fading
_INVISIBLE = 1 / 256


@dataclass(frozen=True, slots=True)
class SubtitleView:
    """What is to be seen now.

    Attributes:
        paragraphs: Oldest first, each begins on a new line. Where there is no room for all lines,
            the first ones are left out.
        opacity: 1, and less while old text fades; never 0 while there is text.
    """

    paragraphs: tuple[str, ...] = ()
    opacity: float = 1.0

    @property
    def is_empty(self) -> bool:
        """True where nothing is shown."""
        return not self.paragraphs

    @property
    def text(self) -> str:
        """The paragraphs, each on its own line."""
        return "\n".join(self.paragraphs)


NOTHING = SubtitleView()


def fading(paragraphs: tuple[str, ...], now: float, old_at: float) -> SubtitleView:
    """`paragraphs`, which fade away from `old_at` on."""
    opacity = 1 - max(0.0, now - old_at) / FADE_S
    return SubtitleView(paragraphs, opacity) if paragraphs and opacity > _INVISIBLE else NOTHING
