"""What pages show, as they are told it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from app.subtitles.settings import SubtitleStyle
from app.subtitles.view import NOTHING, SubtitleView


@dataclass(frozen=True, slots=True)
class PageState:
    """Style and text; two views that fade are the same to a page, which fades by itself."""

    style: SubtitleStyle = field(default_factory=SubtitleStyle)
    paragraphs: tuple[str, ...] = ()
    is_fading: bool = False
    is_settled: bool = False

    def to_json(self) -> str:
        """One WebSocket message."""
        return json.dumps(asdict(self), ensure_ascii=False)


def page_state(style: SubtitleStyle, view: SubtitleView = NOTHING) -> PageState:
    """What a page is told of `view`."""
    return PageState(style, view.paragraphs, view.opacity < 1, view.is_settled)
