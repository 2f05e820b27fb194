"""The built-in match in a window of its own, to watch or to play: `python -m ui.match_window`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.capture.specs import Region, ScreenSpec, format_source
from engine.match import MatchStream
from engine.match.stream import DEFAULT_HEIGHT, DEFAULT_WIDTH
from ui.frames import image_from_frame
from ui.icons import application_icon
from ui.physical import physical_region, pixel_ratio_of
from ui.theme import ThemeFollower
from ui.widgets.labels import hint
from ui.widgets.video_view import VideoView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QResizeEvent, QShowEvent

_TICK_MS = 40
_SETTLED_MS = 200  # without a further move, a window manager is done with placing the window
_MOST_DRAWN = 3.0  # a larger picture is scaled up: drawing it would take the GUI thread too long
_DIRECTIONS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class MatchWindow(QWidget):
    """Plays a match in real time; arrow keys take over one player, the space key lets him kick.

    Args:
        seed: Which match.
        scale: Size of the picture as a multiple of the 168 x 112 that the bundled model sees.
        is_bare: The picture only: no frame, no hint.

    Signals:
        placed: The Region of the picture on the screen, whenever it came to rest somewhere.
    """

    placed = Signal(Region)

    def __init__(
        self, seed: int, *, scale: float = 4.0, is_bare: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, is_bare)
        self.setWindowTitle(self.tr("Kibitz match {0}").format(seed))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        drawn = min(scale * self.devicePixelRatio(), _MOST_DRAWN)
        self._match = MatchStream(
            seed, width=round(DEFAULT_WIDTH * drawn), height=round(DEFAULT_HEIGHT * drawn)
        )
        self._held: dict[int, tuple[float, float]] = {}
        self.view = VideoView(corner_radius_px=0)
        self.view.setMinimumSize(round(DEFAULT_WIDTH * scale), round(DEFAULT_HEIGHT * scale))
        self._lay_out(is_bare=is_bare)
        self._clock = QElapsedTimer()
        self._ticker = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._ticker.timeout.connect(self._tick)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._say_where)
        self._clock.start()
        self._ticker.start()
        self._tick()

    @property
    def match(self) -> MatchStream:
        """The match that is played."""
        return self._match

    @property
    def time_s(self) -> float:
        """How long the match has been played."""
        return self._clock.elapsed() / 1000

    def picture_region(self) -> Region:
        """Where the picture is on the desktop, in the pixels that a capture grabs."""
        place = self.view.mapToGlobal(QPoint(0, 0))
        # Not self.screen(): PySide takes that object for a part of the window, and declares it
        # dead everywhere once the window is gone.
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        corner = place - screen.geometry().topLeft()
        rect = self.view.picture_rect().toRect().translated(corner)
        return physical_region(rect, screen.geometry().topLeft(), pixel_ratio_of(screen))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = _DIRECTIONS.get(Qt.Key(event.key()))
        if direction is not None:
            self._held[event.key()] = direction
            self._steer()
        elif event.key() == Qt.Key.Key_Space:
            self._match.kick()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and self._held.pop(event.key(), None) is not None:
            self._steer()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys that are let go elsewhere are never heard of: give the player back."""
        self._held.clear()
        self._steer()
        super().focusOutEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settled.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._settled.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settled.start()

    def _say_where(self) -> None:
        if self.isVisible():
            self.placed.emit(self.picture_region())

    def _lay_out(self, *, is_bare: bool) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        if is_bare:
            layout.setContentsMargins(0, 0, 0, 0)
        else:
            keys = hint(self.tr("Arrow keys take over a player  ·  Space passes or shoots"))
            keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(keys)
        self.resize(self.minimumSizeHint())

    def _steer(self) -> None:
        """Push the player as the held keys say; a diagonal is no faster than a straight line."""
        x = sum(direction[0] for direction in self._held.values())
        y = sum(direction[1] for direction in self._held.values())
        length = max((x * x + y * y) ** 0.5, 1.0)
        self._match.steer((x / length, y / length) if self._held else None)

    def _tick(self) -> None:
        if self.isVisible() or self.view.image.isNull():
            self.view.show_image(image_from_frame(self._match.frame_at(self.time_s)))


def main(argv: Sequence[str] | None = None) -> int:
    """Show one match; writes `screen:X,Y,WIDTH,HEIGHT` of its picture once it is on the screen."""
    arguments = _parse(argv)
    application = QApplication([sys.argv[0]])
    application.setWindowIcon(application_icon())
    ThemeFollower(application)
    window = MatchWindow(arguments.seed, scale=arguments.scale, is_bare=arguments.bare)
    if arguments.at is not None:
        window.move(QPoint(*arguments.at))
    window.show()
    window.placed.connect(_announce)
    return application.exec()


def _announce(region: Region) -> None:
    sys.stdout.write(f"{format_source(ScreenSpec(region))}\n")
    sys.stdout.flush()


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kibitz match play", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=0, help="which match (default %(default)s)")
    parser.add_argument(
        "--scale",
        type=float,
        default=4.0,
        help="size of the picture as a multiple of 168 x 112 (default %(default)s)",
    )
    parser.add_argument("--bare", action="store_true", help="the picture only, without a frame")
    parser.add_argument("--at", type=int, nargs=2, metavar=("X", "Y"), help="place of the window")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
