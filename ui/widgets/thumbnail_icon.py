"""Icons that show a small live picture, or a symbol where there is none."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QImage, QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

THUMBNAIL_SIZE = QSize(64, 36)
ROW_HEIGHT = 40  # of a list whose icons these are, with one line of text

_SYMBOL = 20
_RADIUS = 4.0


def thumbnail_icon(symbol: QIcon, image: QImage | None = None) -> QIcon:
    """An icon of THUMBNAIL_SIZE that shows `image`, or `symbol` on a quiet ground without it."""
    return QIcon(_ThumbnailEngine(symbol, image))


class _ThumbnailEngine(QIconEngine):
    """Looks colours up when it paints, so that a change of theme needs no new icon."""

    def __init__(self, symbol: QIcon, image: QImage | None) -> None:
        super().__init__()
        self._symbol = symbol
        self._image = image

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(outline)
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.5)
        if self._image is None:
            self._paint_symbol(painter, rect, mode)
        else:
            painter.fillRect(rect, Qt.GlobalColor.black)
            painter.drawImage(_fitted(self._image.size(), rect), self._image)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        canvas = QPixmap(size)
        canvas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(canvas)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return canvas

    def clone(self) -> QIconEngine:
        return _ThumbnailEngine(self._symbol, self._image)

    def _paint_symbol(self, painter: QPainter, rect: QRect, mode: QIcon.Mode) -> None:
        ground = QApplication.palette().color(QPalette.ColorRole.AlternateBase)
        painter.fillRect(rect, ground)
        side = round(_SYMBOL * rect.height() / THUMBNAIL_SIZE.height())  # device pixels at times
        box = QRect(0, 0, side, side)
        box.moveCenter(rect.center())
        self._symbol.paint(painter, box, Qt.AlignmentFlag.AlignCenter, mode)


def _fitted(size: QSize, rect: QRect) -> QRect:
    """The largest rectangle of this shape in the middle of `rect`."""
    box = QRect(QPoint(0, 0), size.scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio))
    box.moveCenter(rect.center())
    return box
