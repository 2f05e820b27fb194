"""A window that shows a numbered picture at a place: `python painted_window.py NUMBER X Y W H`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QRasterWindow

from tests.app.capture.videos import numbered_image

if TYPE_CHECKING:
    from app.capture.specs import Region

COLOUR = (255, 192, 64)


def painted_window(number: int, region: Region) -> list[str]:
    """The command that shows it."""
    return [sys.executable, "-m", __name__, str(number), *str(region).split(",")]


class PaintedWindow(QRasterWindow):
    """Shows one picture, scaled to the window without smoothing."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.setFlag(Qt.WindowType.FramelessWindowHint)
        pixels = numbered_image(number) // 255 * np.array(COLOUR, np.uint8)
        height, width, _ = pixels.shape
        self._image = QImage(
            pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888
        ).copy()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        with QPainter(self) as painter:
            painter.drawImage(self.geometry().translated(-self.position()), self._image)


def main() -> int:
    number, x, y, width, height = map(int, sys.argv[1:])
    application = QGuiApplication(sys.argv[:1])
    window = PaintedWindow(number)
    window.setGeometry(x, y, width, height)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
