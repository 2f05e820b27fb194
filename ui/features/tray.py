"""The icon in the system's tray, which shows the state and commands the session."""

from __future__ import annotations

import sys

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.settings.appearance import AppearanceSettings
from ui.capture_watch import CaptureWatch
from ui.features.feature import Feature, WindowContext
from ui.icons import application_icon, icon
from ui.widgets.capture_badge import AMBER, RED

_SIZES_PX = (16, 22, 32, 48)
_DOT_SHARE = 0.45  # of the icon's width


def icon_with_dot(colour: QColor | None) -> QIcon:
    """The program's icon with a dot of this colour in its lower right corner."""
    marked = QIcon()
    for size in _SIZES_PX:
        pixmap = application_icon().pixmap(QSize(size, size))
        if colour is not None:
            _draw_dot(pixmap, colour)
        marked.addPixmap(pixmap)
    return marked


def _draw_dot(pixmap: QPixmap, colour: QColor) -> None:
    width = pixmap.deviceIndependentSize().width()
    dot = width * _DOT_SHARE
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.GlobalColor.white)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(width - dot - 1, width - dot - 1, dot, dot))
    painter.end()


class TrayFeature(Feature):
    """Shows the tray icon; a click brings the window to the front, or opens the menu on macOS."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._capture = CaptureWatch(context.commentary, context.view, self)
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu(context.window)
        self._fill(context)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._answer_click)
        self._capture.changed.connect(self._follow)
        self._follow()
        self._settings = context.settings.watch(AppearanceSettings, self._apply)
        context.commentary.began.connect(self._show)  # a tray may have come since the last look
        self._show()

    def show_window(self) -> None:
        """Bring the window to the front."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def close(self) -> None:
        self.icon.hide()

    def _fill(self, context: WindowContext) -> None:
        deeds = context.deeds
        # Not among the deeds: without the window in front, none of its keys works.
        show = self.menu.addAction(icon("screen"), self.tr("Show the &window"))
        show.triggered.connect(self.show_window)
        self.menu.addSeparator()
        self.menu.addActions([deeds.start, deeds.pause, deeds.stop])
        self.menu.addSeparator()
        self.menu.addActions([deeds.mute, deeds.show_overlay, deeds.mark_highlight])
        self.menu.addSeparator()
        self.menu.addAction(deeds.quit)

    def _apply(self, settings: AppearanceSettings) -> None:
        self._settings = settings
        self._show()

    def _show(self) -> None:
        is_possible = QSystemTrayIcon.isSystemTrayAvailable()  # else Qt only complains
        self.icon.setVisible(is_possible and self._settings.has_tray_icon)

    def _follow(self) -> None:
        capture = self._capture
        if not capture.is_open:
            dot, tip = None, self.tr("Kibitz watches nothing")
        elif capture.is_paused:
            dot, tip = AMBER, self.tr("Kibitz: paused, {0}").format(capture.label)
        else:
            dot, tip = RED, self.tr("Kibitz watches {0}").format(capture.label)
        self.icon.setIcon(icon_with_dot(dot))
        self.icon.setToolTip(tip)

    def _answer_click(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if sys.platform == "darwin":  # where every click opens the menu
            return
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.show_window()
