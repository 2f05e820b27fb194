"""Subtitles for streaming programs: the page and the live text file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.broadcast.settings import BroadcastSettings
from app.broadcast.station import Station
from app.subtitles.settings import SubtitleSettings
from app.subtitles.text import columns
from ui.features.feature import Feature, WindowContext
from ui.subtitles.player import SubtitlePlayer
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_COLUMNS_A_LINE = 42  # what broadcasters put on one line; a narrow page makes its letters smaller


class StreamingFeature(Feature):
    """Plays the commentary to the page and into the file while they are on.

    Signals:
        failed: A sentence, which may come from another thread.
    """

    failed = Signal(str)

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._settings = context.settings
        self._notice = context.notice
        self.failed.connect(self._warn)
        self.station = Station(self.failed.emit)
        self._subtitles = context.settings.watch(SubtitleSettings, self._restyle)
        self.player = SubtitlePlayer(self._subtitles, self._fits, self)
        self.player.changed.connect(self._show)
        context.commentary.began.connect(self.player.follow)
        context.deeds.jump_to_now.triggered.connect(self.player.jump_to_now)
        context.preferences.add(self.tr("Streaming"), "broadcast", self._make_page)
        self._apply(context.settings.watch(BroadcastSettings, self._apply))
        self._show()

    def close(self) -> None:
        self.station.close()

    def _make_page(self) -> QWidget:
        from ui.preferences.streaming_page import StreamingPage  # the first window can spare it

        return StreamingPage(self._settings, self.station)

    def _fits(self, text: str) -> bool:
        return columns(text) <= _COLUMNS_A_LINE * self._subtitles.style.num_lines

    def _restyle(self, subtitles: SubtitleSettings) -> None:
        self._subtitles = subtitles
        self.player.configure(subtitles, subtitles.pacing.mode)
        self._show()

    def _show(self) -> None:
        self.station.show(self._subtitles.style, self.player.view)

    def _apply(self, chosen: BroadcastSettings) -> None:
        if chosen.serves_page and not chosen.token:
            self._settings.put(chosen.with_new_token())  # which comes back here
        else:
            self.station.apply(chosen)

    def _warn(self, sentence: str) -> None:
        self._notice.show_notice(sentence, NoticeLevel.WARNING)
