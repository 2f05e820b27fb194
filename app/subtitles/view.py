"""What a surface shows at a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
        is_settled: The text grows no more, so its lines may be made equally long.
    """

    paragraphs: tuple[str, ...] = ()
    opacity: float = 1.0
    is_settled: bool = False

    @property
    def is_empty(self) -> bool:
        """True where nothing is shown."""
        return not self.paragraphs

    @property
    def text(self) -> str:
        """The paragraphs, each on its own line."""
        return "\n".join(self.paragraphs)


NOTHING = SubtitleView()


def fading(view: SubtitleView, now: float, old_at: float) -> SubtitleView:
    """`view`, which fades away from `old_at` on."""
    opacity = 1 - max(0.0, now - old_at) / FADE_S
    return replace(view, opacity=opacity) if view.paragraphs and opacity > _INVISIBLE else NOTHING
