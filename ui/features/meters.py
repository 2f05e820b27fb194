"""Shows what the program does, and lets the governor be turned on and off."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from app.governor.settings import GovernorSettings
from app.meters.record import MeterRecord
from ui.effort_words import line_of
from ui.features.feature import Feature, WindowContext
from ui.meters.loading import LibraryLoader
from ui.meters.panel import MetersPanel
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from app.session.messages import EffortChanged, LineSpoken, MetersUpdated, TextArrived
    from app.session.request import SessionRequest
    from app.speech.events import SpeechStarted
    from ui.session_bridge import SessionBridge


class MetersFeature(Feature):
    """The Meters tab, and a notice at each step of the governor."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._commentary = context.commentary
        self._settings = context.settings
        self._notice = context.notice
        self._record = MeterRecord()
        self.panel = MetersPanel()
        self._plotting = LibraryLoader("pyqtgraph", self)
        context.side.add(self.panel, self.tr("Meters"))
        context.starter.amend(self._amend)
        context.speech.started.connect(self._hear)
        self._commentary.began.connect(self._begin)
        self._plotting.loaded.connect(self.panel.add_plots)
        self.panel.shown.connect(self._plotting.start)
        self.panel.governor.switched.connect(self._keep_switch)
        self.panel.governor.saver_switched.connect(self._keep_saver)
        self._follow_switch(self._settings.watch(GovernorSettings, self._follow_switch))

    def close(self) -> None:
        self._plotting.close()

    def _amend(self, request: SessionRequest) -> SessionRequest:
        settings = self._settings.get(GovernorSettings)
        saver = "on" if settings.skips_unchanged else "off"
        return replace(
            request,
            is_governed=settings.is_on,
            streaming=replace(request.streaming, static_saver=saver),
        )

    def _begin(self, bridge: SessionBridge) -> None:
        self._record = MeterRecord()
        self.panel.show_record(self._record)
        self.panel.governor.clear()
        bridge.text_arrived.connect(self._see_words)
        bridge.line_spoken.connect(self._see_line)
        bridge.meters_updated.connect(self._take_meters)
        bridge.effort_changed.connect(self._tell_step)

    def _see_words(self, message: TextArrived) -> None:
        self._record.see_words(message.round_index, time.time())

    def _see_line(self, message: LineSpoken) -> None:
        self._record.add_line(message.line, time.time())

    def _hear(self, event: SpeechStarted) -> None:
        self._record.hear(event.line.index, event.at)
        self.panel.update_soon()

    def _take_meters(self, message: MetersUpdated) -> None:
        self._record.add_round(message)
        self.panel.update_soon()

    def _tell_step(self, message: EffortChanged) -> None:
        level = NoticeLevel.WARNING if message.is_down else NoticeLevel.INFO
        self._notice.show_notice(line_of(message), level)
        self.panel.governor.show_change(message)

    def _keep_switch(self, is_on: bool) -> None:
        self._settings.put(replace(self._settings.get(GovernorSettings), is_on=is_on))

    def _keep_saver(self, is_on: bool) -> None:
        self._settings.put(replace(self._settings.get(GovernorSettings), skips_unchanged=is_on))

    def _follow_switch(self, settings: GovernorSettings) -> None:
        self.panel.governor.switch.setChecked(settings.is_on)
        self.panel.governor.saver.setChecked(settings.skips_unchanged)
        if self._commentary.session is not None:
            self._commentary.session.set_governed(settings.is_on)
