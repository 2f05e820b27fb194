"""The live picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_CORNER_RADIUS_PX = 8.0


class VideoView(QWidget):
    """Paints the newest picture as large as fits, its proportions kept."""

    def __init__(
        self, corner_radius_px: float = _CORNER_RADIUS_PX, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._corner_radius_px = corner_radius_px
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAccessibleName(self.tr("Live picture"))

    @property
    def image(self) -> QImage:
        """The picture shown now; null where there is none."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show `image` from the next repaint on."""
        self._image = image
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.show_image(QImage())

    def picture_rect(self) -> QRectF:
        """Where in the widget the picture is painted; empty where there is none."""
        if self._image.isNull():
            return QRectF()
        size = QSizeF(self._image.size()).scaled(
            QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio
        )
        rect = QRectF(0, 0, size.width(), size.height())
        rect.moveCenter(QRectF(self.rect()).center())
        return rect

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing
        )
        rect = self.picture_rect()
        outline = QPainterPath()
        outline.addRoundedRect(rect, self._corner_radius_px, self._corner_radius_px)
        painter.setClipPath(outline)
        painter.drawImage(rect, self._image)
        painter.end()
