"""The list of source kinds, with the options of the chosen kind under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.capture.specs import (
    FileSpec,
    MatchSpec,
    Region,
    ScreenSpec,
    SourceSpec,
    UrlSpec,
    WebcamSpec,
)
from ui.icons import icon
from ui.widgets.labels import heading
from ui.widgets.source_pages import (
    FilePage,
    MatchPage,
    RegionPage,
    ScreenPage,
    SourcePage,
    UrlPage,
    WebcamPage,
)

if TYPE_CHECKING:
    from app.session.request import Pace

_ROW_HEIGHT_PX = 36


class SourcePicker(QWidget):
    """Chooses one source.

    Signals:
        selection_asked: The person wants to drag a region over the screen.
        cameras_asked: The list of cameras is wanted, at first or again.
        activated: A source was chosen to be watched now: a double click, or Enter in the list.
        changed: Another kind was chosen, or another address.
    """

    selection_asked = Signal()
    cameras_asked = Signal()
    activated = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Source"))
        self._list.setIconSize(QSize(20, 20))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages = QStackedWidget()
        self._pages.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.match = MatchPage()
        self.screen_page = ScreenPage()
        self.region = RegionPage()
        self.webcam = WebcamPage()
        self.file = FilePage()
        self.url = UrlPage()
        self._kinds: list[SourcePage] = []
        self._fill()
        self._list.setFixedHeight(self._list.count() * _ROW_HEIGHT_PX)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("&Source"), self._list))
        layout.addWidget(self._list)
        layout.addWidget(self._pages)
        self._list.currentRowChanged.connect(self._turn_to)
        self._list.itemActivated.connect(self.activated)
        self.region.selection_asked.connect(self.selection_asked)
        self.webcam.refresh_asked.connect(self.cameras_asked)
        self.url.changed.connect(self.changed)
        self._list.setCurrentRow(0)

    @property
    def page(self) -> SourcePage:
        """The page of the chosen kind."""
        return self._kinds[self._list.currentRow()]

    @property
    def pace(self) -> Pace:
        """How fast the source is played."""
        return self.file.pace if self.page is self.file else "paced"

    def spec(self) -> SourceSpec:
        """The chosen source.

        Raises:
            SourceError: Something is missing; the message says what.
        """
        return self.page.spec()

    def set_spec(self, spec: SourceSpec) -> None:
        """Choose `spec`."""
        match spec:
            case MatchSpec():
                self.match.set_spec(spec)
                self.choose(self.match)
            case ScreenSpec():
                self._set_screen(spec)
            case WebcamSpec():
                self.webcam.set_spec(spec)
                self.choose(self.webcam)
            case FileSpec(path):
                self.file.field.set_path(path)
                self.choose(self.file)
            case UrlSpec():
                self.url.set_spec(spec)
                self.choose(self.url)
            case _:
                assert_never(spec)

    def _set_screen(self, spec: ScreenSpec) -> None:
        if spec.region is None:
            self.choose(self.screen_page)
        else:
            self.set_region(spec.region)

    def set_region(self, region: Region) -> None:
        """Choose a region of the screen."""
        self.region.set_region(region)
        self.choose(self.region)

    def choose(self, page: SourcePage) -> None:
        """Choose the kind that `page` belongs to."""
        self._list.setCurrentRow(self._kinds.index(page))

    def _fill(self) -> None:
        kinds = [
            ("match", self.tr("Built-in match"), self.match),
            ("screen", self.tr("Screen"), self.screen_page),
            ("region", self.tr("Screen region"), self.region),
            ("webcam", self.tr("Webcam"), self.webcam),
            ("film", self.tr("Video file"), self.file),
            ("link", self.tr("Web address"), self.url),
        ]
        for icon_name, name, page in kinds:
            item = QListWidgetItem(icon(icon_name), name, self._list)
            item.setSizeHint(QSize(0, _ROW_HEIGHT_PX))
            self._pages.addWidget(page)
            self._kinds.append(page)

    def _turn_to(self, row: int) -> None:
        self._pages.setCurrentIndex(row)
        if self.page is self.webcam:
            self.cameras_asked.emit()
        self.changed.emit()
