"""Plays commentary through a flow as a surface does, and notes what it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.subtitles.flow import SubtitleFlow
    from app.subtitles.view import SubtitleView

WORDS = ("goal", "Falcons", "attack", "down", "the", "left", "7", "3.5", "进球", "了", "كرة", "—")
ENDINGS = ("", "", "", ",", ".", "!", "?", "。")


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` that comes `gap_s` after what came before; `is_last` ends its line."""

    gap_s: float
    text: str
    is_last: bool = False


def pieces() -> st.SearchStrategy[list[Piece]]:
    """Commentary at any speed, from a burst to long silence, in several scripts."""
    gap = st.sampled_from((0.0, 0.05, 0.1, 0.3, 1.0, 1.5, 8.0))
    word = st.tuples(st.sampled_from(WORDS), st.sampled_from(ENDINGS), gap, st.booleans())
    return st.lists(word, max_size=60).map(_unlike_pieces)


def _unlike_pieces(words: list[tuple[str, str, float, bool]]) -> list[Piece]:
    """No two are the same, so that a page can be told from the next one."""
    return [
        Piece(gap_s, f" {word}{i}{end}", is_last)
        for i, (word, end, gap_s, is_last) in enumerate(words)
    ]


@dataclass(slots=True)
class Show:
    """What a surface showed: each view with the time from which it was seen."""

    views: list[tuple[float, SubtitleView]] = field(default_factory=list)

    def texts(self) -> list[tuple[float, float, str]]:
        """From, until and text of each spell in which the text stayed the same."""
        spells: list[tuple[float, float, str]] = []
        for (at, view), (until, _) in zip(self.views, self.views[1:], strict=False):
            if spells and spells[-1][2] == view.text:
                spells[-1] = (spells[-1][0], until, view.text)
            else:
                spells.append((at, until, view.text))
        return spells


def play(flow: SubtitleFlow, commentary: Iterable[Piece], late_s: float = 0.0) -> Show:
    """Feed the commentary, wake the flow when it wants (`late_s` late), until it rests."""
    show, now = Show(), 0.0
    for piece in commentary:
        until = now + piece.gap_s
        now = _wake(flow, show, now, until, late_s)
        flow.add(piece.text, now)
        if piece.is_last:
            flow.end_line(now)
        show.views.append((now, flow.advance(now)))
    _wake(flow, show, now, None, late_s)
    return show


def _wake(flow: SubtitleFlow, show: Show, now: float, until: float | None, late_s: float) -> float:
    while (at := flow.next_change_at) is not None and (until is None or at + late_s < until):
        now = max(now, at + late_s)
        show.views.append((now, flow.advance(now)))
    return now if until is None else max(now, until)
