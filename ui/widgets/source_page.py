"""What the pages of the source picker have in common."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from app.capture.specs import SourceSpec


class SourcePage(Protocol):
    """A page of options; says which source they mean."""

    def spec(self) -> SourceSpec:
        """The source that is chosen here.

        Raises:
            SourceError: Something is missing; the message says what.
        """
        ...

    def may_look(self, *, is_chosen: bool) -> bool:
        """Whether a thumbnail of its source may be taken; `is_chosen`: the page is shown."""
        ...


def may_look_at_screen(*, is_chosen: bool) -> bool:
    """Whether a thumbnail of the screen may be taken.

    macOS asks the person when a program looks at the screen, and shows a sign as long as it does:
    there, it is looked at only once it is chosen.
    """
    return is_chosen or sys.platform != "darwin"


class Page(QWidget):
    """A column of controls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2, 2, 2, 2)
        self.column.setSpacing(8)

    def may_look(self, *, is_chosen: bool) -> bool:  # noqa: ARG002  (for pages that are careful)
        """Looking costs little here, and no device and no other machine is asked."""
        return True


def number_box(least: int, most: int, name: str) -> QSpinBox:
    """A field for a whole number, called `name` by screen readers."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setAccessibleName(name)
    box.lineEdit().setTextMargins(6, 0, 0, 0)  # a style sheet's padding does not reach it
    return box
