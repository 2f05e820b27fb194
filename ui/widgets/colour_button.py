"""A button that shows a colour and lets a person choose another one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QColorDialog, QPushButton, QWidget

_SWATCH_PX = QSize(36, 16)


class ColourButton(QPushButton):
    """Holds a colour.

    Args:
        name: What the colour is for, as the dialog and screen readers say it.
        parent: Owner.

    Signals:
        colour_changed: The colour as `#rrggbb`, when the person chose another one.
    """

    colour_changed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._colour = QColor("#000000")
        self.setIconSize(_SWATCH_PX)
        self.clicked.connect(self.open_dialog)
        self.set_colour("#000000")

    @property
    def colour(self) -> str:
        """The colour as `#rrggbb`."""
        return self._colour.name()

    def set_colour(self, colour: str) -> None:
        """Show another colour, without telling."""
        self._colour = QColor(colour)
        self.setText(f" {self._colour.name()}")
        self.setAccessibleName(f"{self._name}, {self._colour.name()}")
        self.setIcon(QIcon(self._swatch()))

    def open_dialog(self) -> QColorDialog:
        """Let the person choose; every choice applies at once, and cancelling takes it back."""
        before = self.colour
        dialog = QColorDialog(self._colour, self)
        dialog.setWindowTitle(self._name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(self._choose)
        dialog.rejected.connect(lambda: self._choose(QColor(before)))
        dialog.open()
        return dialog

    def _choose(self, colour: QColor) -> None:
        if colour.isValid() and colour.name() != self.colour:
            self.set_colour(colour.name())
            self.colour_changed.emit(self.colour)

    def _swatch(self) -> QPixmap:
        swatch = QPixmap(_SWATCH_PX)
        swatch.fill(Qt.GlobalColor.transparent)
        painter = QPainter(swatch)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#808080"), 1))
        painter.setBrush(self._colour)
        painter.drawRoundedRect(swatch.rect().adjusted(1, 1, -2, -2), 3, 3)
        painter.end()
        return swatch
