"""Icons drawn from the program's own SVG files in the colour of the text beside them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

_INK = "#000000"


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The icon `assets/icons/{name}.svg`; black in the file becomes the palette's `role`."""
    return QIcon(_PaletteIconEngine(name, role))


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    return QIcon(str(files("assets") / "icons" / "kibitz.svg"))


@cache
def _svg(name: str) -> str:
    return (files("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


class _PaletteIconEngine(QIconEngine):
    """Looks the colour up when it paints, so that a change of theme needs no new icon."""

    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        group = (
            QPalette.ColorGroup.Disabled
            if mode == QIcon.Mode.Disabled
            else QPalette.ColorGroup.Active
        )
        colour = QApplication.palette().color(group, self._role).name()
        markup = _svg(self._name).replace(_INK, colour)
        QSvgRenderer(QByteArray(markup.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        canvas = QPixmap(size)
        canvas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(canvas)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return canvas

    def clone(self) -> QIconEngine:
        return _PaletteIconEngine(self._name, self._role)
