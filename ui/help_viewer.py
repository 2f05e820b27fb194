"""Help pages: the Markdown files of `assets/help`, in a window of the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from ui.fitting import fitting

_ROW_HEIGHT_PX = 34
_MARGIN_PX = 20  # beside a title in the list
# What a person at the window needs, in the order of need; what is left is about the engine.
_FIRST = (
    *("start", "sources", "models", "subtitles", "speech", "transcripts", "steering", "shortcuts"),
    "command-line",
)
_PATH_ROLE = Qt.ItemDataRole.UserRole


def help_pages(folder: Path | None = None) -> dict[str, Path]:
    """Titles and files of all pages: those about the window first, the others by title."""
    folder = folder or Path(str(files("assets"))) / "help"
    pages = {_title(page): page for page in folder.glob("*.md")}
    return dict(sorted(pages.items(), key=lambda item: (_rank(item[1]), item[0])))


def _rank(page: Path) -> int:
    return _FIRST.index(page.stem) if page.stem in _FIRST else len(_FIRST)


def _title(page: Path) -> str:
    """The first heading of `page`; its file name where it has none."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return page.stem.replace("-", " ").capitalize()


class HelpViewer(QWidget):
    """A list of pages beside the page; links between pages work, others open in the browser."""

    def __init__(self, pages: dict[str, Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Kibitz Help"))
        self.resize(fitting(QSize(880, 600)))
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Help pages"))
        self._page = QTextBrowser()
        self._page.setAccessibleName(self.tr("Help page"))
        self._page.setOpenExternalLinks(True)
        for title, path in pages.items():
            item = QListWidgetItem(title, self._list)
            item.setData(_PATH_ROLE, str(path))
            item.setSizeHint(QSize(0, _ROW_HEIGHT_PX))
        self._list.setFixedWidth(self._list_width())
        layout = QHBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(self._list)
        layout.addWidget(self._page, 1)
        self._list.currentItemChanged.connect(self._open)
        self._page.sourceChanged.connect(self._select)
        self._list.setCurrentRow(0)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Cancel), self, self.close)

    def show_page(self, path: Path) -> None:
        """Open one page."""
        self._page.setSource(QUrl.fromLocalFile(str(path)))

    def _list_width(self) -> int:
        """So wide that no title is cut."""
        metrics = self._list.fontMetrics()
        titles = (self._list.item(row).text() for row in range(self._list.count()))
        widest = max(map(metrics.horizontalAdvance, titles), default=0)
        scroll_bar = self._list.verticalScrollBar().sizeHint().width()
        return widest + scroll_bar + 2 * _MARGIN_PX

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.show_page(Path(item.data(_PATH_ROLE)))

    def _select(self, url: QUrl) -> None:
        """Mark in the list the page that a link led to."""
        for row in range(self._list.count()):
            item = self._list.item(row)
            if Path(item.data(_PATH_ROLE)) == Path(url.toLocalFile()):  # which has no fragment
                self._list.setCurrentRow(row)
