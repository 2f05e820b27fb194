"""The pages that features offer to the Preferences dialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page before it is made.

    Attributes:
        title: What the list of pages calls it.
        icon_name: A file in `assets/icons`.
        make: Makes the page when it is first shown.
    """

    title: str
    icon_name: str
    make: Callable[[], QWidget]


class PreferencesDirectory(QObject):
    """Collects the pages in the order in which they are listed.

    Signals:
        page_asked: The title of the page that shall be opened.
    """

    page_asked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[PageEntry] = []

    @property
    def entries(self) -> tuple[PageEntry, ...]:
        """All pages."""
        return tuple(self._entries)

    def add(self, title: str, icon_name: str, make: Callable[[], QWidget]) -> None:
        """List a page; see `PageEntry`."""
        self._entries.append(PageEntry(title, icon_name, make))

    def show_page(self, title: str) -> None:
        """Open the dialog on the page with this title."""
        self.page_asked.emit(title)
