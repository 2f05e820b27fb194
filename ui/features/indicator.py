"""Says, wherever the person looks, that a source is being captured."""

from __future__ import annotations

from ui.capture_watch import CaptureWatch
from ui.features.feature import Feature, WindowContext
from ui.widgets.capture_badge import CaptureBadge


class IndicatorFeature(Feature):
    """A badge on the stage and a sign in the title of the window, for as long as a source is open.

    The status bar shows it by itself, the tray by `ui.features.tray`.
    """

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._capture = CaptureWatch(context.commentary, context.view, self)
        self.badge = CaptureBadge(context.stage)
        self._capture.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        capture = self._capture
        if not capture.is_open:
            self._window.setWindowTitle("Kibitz")
            self.badge.hide()
            return
        pattern = self.tr("Paused: {0} — Kibitz") if capture.is_paused else "● {0} — Kibitz"
        self._window.setWindowTitle(pattern.format(capture.label))
        self.badge.show_capture(capture.label, is_paused=capture.is_paused)
