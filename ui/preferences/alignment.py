"""Puts right what the style sheet cannot reach, for all pages alike."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QFormLayout, QLabel, QLayoutItem, QWidget

_TEXT_INSET_PX = 6
_TALLEST_PX = 44  # a control of one line; the label of a taller one stays at its top


def align(page: QWidget) -> None:
    """Inset the numbers in spin boxes, and centre the labels of forms beside their controls."""
    for box in page.findChildren(QAbstractSpinBox):
        box.lineEdit().setTextMargins(_TEXT_INSET_PX, 0, 0, 0)
    for form in page.findChildren(QFormLayout):
        for row in range(form.rowCount()):
            _centre_label(form, row)


def _centre_label(form: QFormLayout, row: int) -> None:
    """Qt puts a label at the top of its row, whatever alignment it is given."""
    field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
    label = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
    widget = label.widget() if label is not None else None
    if field is not None and isinstance(widget, QLabel) and _height_px(field) <= _TALLEST_PX:
        widget.setMinimumHeight(_height_px(field))


def _height_px(item: QLayoutItem) -> int:
    return item.sizeHint().height()
