"""The overlay: subtitles over everything else, through which every click falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBitmap, QGuiApplication, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from app.subtitles.places import MIN_HEIGHT, MIN_WIDTH
from app.subtitles.view import SubtitleView
from ui.overlay.compositor import Compositor
from ui.overlay.frame import outline, shade
from ui.overlay.grips import cursor_for, edges_at, pulled, step_of
from ui.subtitles.player import SubtitlePlayer
from ui.subtitles.renderer import SubtitleRenderer

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QShowEvent

    from app.subtitles.settings import ReadingMode, SubtitleSettings

_SMALLEST = QSize(MIN_WIDTH, MIN_HEIGHT)
_COMPOSITOR_MS = 2000  # how often to look whether windows can be seen through
_RAISING = ("windows", "xcb")  # elsewhere a window that stays on top does so by itself, or cannot
_NOWHERE = QRegion(-2, -2, 1, 1)  # a mask that leaves nothing of the window


class OverlayWindow(QWidget):
    """Shows subtitles; while it is unlocked a person moves and resizes it, by mouse or by keys.

    Where nothing composes the screen, windows cannot be translucent: there it is opaque and cut out
    to the box of its text, or to the letters where the style has no box.

    Attributes:
        player: Takes what is to be shown.

    Signals:
        placed: The QRect to which the person moved it.
        lock_asked: The person is done with moving.
    """

    placed = Signal(QRect)
    lock_asked = Signal()

    def __init__(self, settings: SubtitleSettings) -> None:
        super().__init__(None, _window_flags())
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)  # whoever is active
        self.setWindowTitle(self.tr("Kibitz subtitles"))
        self.setAccessibleName(self.tr("Subtitle overlay"))
        self.setMinimumSize(_SMALLEST)
        self.setMouseTracking(True)
        self._renderer = SubtitleRenderer(settings.style)
        self._is_locked = True
        self._pull: tuple[QPoint, QRect, Qt.Edge] | None = None
        self.player = SubtitlePlayer(settings, self._fits, self)
        self.player.changed.connect(self._follow_player)
        self._compositor = Compositor()
        self._is_composed = self._compositor.is_running
        self._look = QTimer(self, interval=_COMPOSITOR_MS)
        self._look.timeout.connect(self._follow_compositor)
        self.destroyed.connect(self._compositor.close)

    @property
    def is_locked(self) -> bool:
        """True while clicks fall through."""
        return self._is_locked

    @property
    def comfortable_height(self) -> int:
        """Just enough for the lines of the style."""
        return max(MIN_HEIGHT, round(self._renderer.height))

    def configure(self, settings: SubtitleSettings, mode: ReadingMode) -> None:
        """Take another style, and another way of reading."""
        self._renderer = SubtitleRenderer(settings.style)
        self.player.configure(settings, mode)
        self._refresh()

    def set_locked(self, locked: bool) -> None:
        """Let clicks fall through, or let the person move it."""
        self._is_locked = locked
        self._apply_lock()
        self.setCursor(Qt.CursorShape.ArrowCursor if locked else Qt.CursorShape.SizeAllCursor)
        self._refresh()
        if not locked:
            self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._apply_lock()
        self._look.start()
        self._follow_compositor()

    def hideEvent(self, event: object) -> None:
        del event
        self._look.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if not self._is_locked:
            shade(painter, self.rect())
        self._renderer.paint(painter, self._area(), self._view(), solid=not self._is_composed)
        if not self._is_locked:
            outline(painter, self.rect())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._is_locked:
            self.activateWindow()  # no window manager gives it the keyboard
            edges = edges_at(event.position().toPoint(), self.rect())
            if not self._system_pulls(edges):
                self._pull = (event.globalPosition().toPoint(), self.geometry(), edges)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pull is None:
            self.setCursor(cursor_for(edges_at(event.position().toPoint(), self.rect())))
            return
        start, geometry, edges = self._pull
        by = event.globalPosition().toPoint() - start
        self.setGeometry(pulled(geometry, edges, by, _SMALLEST))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pull is not None:
            _, before, _ = self._pull
            self._pull = None
            if self.geometry() != before:
                self.placed.emit(self.geometry())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.lock_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = step_of(event.key())
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.lock_asked.emit()
        elif step is not None and not self._is_locked:
            resizes = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            edges = Qt.Edge.RightEdge | Qt.Edge.BottomEdge if resizes else Qt.Edge(0)
            self.setGeometry(pulled(self.geometry(), edges, step, _SMALLEST))
            self.placed.emit(self.geometry())
        else:
            super().keyPressEvent(event)

    def _view(self) -> SubtitleView:
        """What the player shows; while the overlay is moved, something in any case."""
        view = self.player.view
        if self._is_locked or not view.is_empty:
            return view
        return SubtitleView((self.tr("Drag to move or resize, Esc when done"),))

    def _area(self) -> QRectF:
        return QRectF(self.rect())

    def _fits(self, text: str) -> bool:
        return self._renderer.fits(text, self._area())

    def _follow_player(self) -> None:
        self.setAccessibleDescription(self.player.view.text)
        self._refresh()
        if QGuiApplication.platformName() in _RAISING and self.isVisible():
            self.raise_()  # above whatever was put on top since the last line

    def _follow_compositor(self) -> None:
        composed = self._compositor.is_running
        if composed != self._is_composed:
            self._is_composed = composed
            self._refresh()

    def _refresh(self) -> None:
        self._cut_out()
        self.update()

    def _cut_out(self) -> None:
        """Where nothing can be seen through, leave only what is painted of the window."""
        if self._is_composed or not self._is_locked:
            self.clearMask()
        elif self._view().is_empty:
            self.setMask(_NOWHERE)
        else:
            image = QImage(self.size(), QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            self._renderer.paint(painter, self._area(), self._view(), solid=True)
            painter.end()
            self.setMask(QBitmap.fromImage(image.createAlphaMask()))

    def _apply_lock(self) -> None:
        """A change of the widget's own flags would hide it, so its native window is told."""
        self.winId()  # makes the native window where it was never shown
        native = self.windowHandle()
        native.setFlag(Qt.WindowType.WindowTransparentForInput, self._is_locked)
        native.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, self._is_locked)

    def _system_pulls(self, edges: Qt.Edge) -> bool:
        """On Wayland only the desktop may move windows; it tells nobody where to."""
        if not QGuiApplication.platformName().startswith("wayland"):
            return False
        native = self.windowHandle()
        return native.startSystemResize(edges) if edges else native.startSystemMove()


def _window_flags() -> Qt.WindowType:
    """Over everything, without a frame, an entry in the task bar, or a place in the focus chain.

    On X11 it also by-passes the window manager: some keep even windows that stay on top below a
    full-screen window, and reparenting ones lose the shape through which clicks fall.
    """
    flags = (
        Qt.WindowType.Tool
        | Qt.WindowType.FramelessWindowHint
        | Qt.WindowType.WindowStaysOnTopHint
        | Qt.WindowType.WindowDoesNotAcceptFocus
        | Qt.WindowType.WindowTransparentForInput
        | Qt.WindowType.NoDropShadowWindowHint
    )
    if QGuiApplication.platformName() == "xcb":
        flags |= Qt.WindowType.X11BypassWindowManagerHint
    return flags
