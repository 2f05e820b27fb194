"""Puts right, for all pages and dialogs alike, what neither Qt's forms nor the style sheet do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QFormLayout, QLabel, QLayoutItem, QWidget

_TEXT_INSET_PX = 6
_TALLEST_PX = 44  # a control of one line; the label of a taller one stays at its top


def tidy(page: QWidget) -> None:
    """Inset the numbers in spin boxes; join the labels of forms to their controls, beside them."""
    for box in page.findChildren(QAbstractSpinBox):
        box.lineEdit().setTextMargins(_TEXT_INSET_PX, 0, 0, 0)
    for form in page.findChildren(QFormLayout):
        for row in range(form.rowCount()):
            field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
            item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
            label = item.widget() if item is not None else None
            if field is not None and isinstance(label, QLabel):
                _centre(label, field)
                _join(label, field)


def _centre(label: QLabel, field: QLayoutItem) -> None:
    """Qt puts a label at the top of its row, whatever alignment it is given."""
    height = field.sizeHint().height()
    if height <= _TALLEST_PX:
        label.setMinimumHeight(height)


def _join(label: QLabel, field: QLayoutItem) -> None:
    """Where a row holds several controls, Qt gives its label and its Alt key to none of them."""
    holder = field.widget()
    if holder is None or _takes_keys(holder):
        return
    for control in holder.findChildren(QWidget):
        if _takes_keys(control):
            label.setBuddy(control)
            if not control.accessibleName():  # screen readers look for labels close by only
                control.setAccessibleName(label.text().replace("&", ""))
            return


def _takes_keys(widget: QWidget) -> bool:
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus
