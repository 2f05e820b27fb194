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
    SharedSpec,
    SourceSpec,
    UrlSpec,
    WebcamSpec,
)
from app.errors import SourceError
from ui.icons import icon
from ui.widgets.labels import heading
from ui.widgets.screen_pages import RegionPage, ScreenPage, SharedPage
from ui.widgets.source_pages import FilePage, MatchPage, UrlPage, WebcamPage
from ui.widgets.thumbnail_icon import ROW_HEIGHT, THUMBNAIL_SIZE, thumbnail_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon, QImage

    from app.session.request import Pace
    from ui.widgets.source_page import SourcePage


class SourcePicker(QWidget):
    """Chooses one source.

    Signals:
        selection_asked: The person wants to drag a region over the screen.
        cameras_asked: The list of cameras is wanted, at first or again.
        activated: A source was chosen to be watched now: a double click, or Enter in the list.
        changed: Another source is chosen, of the same kind or of another.
        thumbnails_changed: `thumbnails` may give others.
        cameras_needed: No thumbnail may hold a camera from now on, until `thumbnails` has one.
    """

    selection_asked = Signal()
    cameras_asked = Signal()
    activated = Signal()
    changed = Signal()
    thumbnails_changed = Signal()
    cameras_needed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = self._make_list()
        self._pages = QStackedWidget()
        self._pages.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.match = MatchPage()
        self.screen_page = ScreenPage()
        self.region = RegionPage()
        self.shared = SharedPage()
        self.webcam = WebcamPage()
        self.file = FilePage()
        self.url = UrlPage()
        self._kinds: list[SourcePage] = []
        self._symbols: list[QIcon] = []
        self._pictured: dict[int, SourceSpec] = {}  # what the picture of a row shows
        self._fill()
        self._lay_out()
        self._connect()
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
            case SharedSpec():
                self.offer_shared()
                self.choose(self.shared)
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
        if spec in self.screen_page.specs():
            self.screen_page.set_spec(spec)
            self.choose(self.screen_page)
        elif spec.region is not None:
            self.set_region(spec.region)

    def set_region(self, region: Region) -> None:
        """Choose a region of the screen."""
        self.region.set_region(region)
        self.choose(self.region)

    def offer_shared(self, *, is_offered: bool = True) -> None:
        """Show or hide the screen that the desktop shares, which most desktops have no need of."""
        self._list.setRowHidden(self._kinds.index(self.shared), not is_offered)
        num_shown = self._list.count() - (not is_offered)
        self._list.setFixedHeight(num_shown * ROW_HEIGHT)

    def choose(self, page: SourcePage) -> None:
        """Choose the kind that `page` belongs to."""
        self._list.setCurrentRow(self._kinds.index(page))

    def give_cameras_back(self) -> None:
        """Look at none until the list of cameras is here: some let only one program look."""
        self.webcam.await_cameras()
        self.cameras_needed.emit()

    @property
    def thumbnails(self) -> tuple[SourceSpec, ...]:
        """The sources of which pictures would be shown now.

        A camera is looked at only while it is chosen, on macOS the screen, too; an address only
        once it is entered.
        """
        chosen = self._list.currentRow()
        wanted = [
            spec
            for row, page in enumerate(self._kinds)
            if page.may_look(is_chosen=row == chosen) and (spec := self._spec_of(row)) is not None
        ]
        if self.page is self.screen_page:
            wanted += self.screen_page.specs()
        return tuple(dict.fromkeys(wanted))

    def set_thumbnail(self, spec: SourceSpec, image: QImage) -> None:
        """Show what `spec` shows now, wherever it can be chosen."""
        for row, symbol in enumerate(self._symbols):
            if self._spec_of(row) == spec:
                self._pictured[row] = spec
                self._list.item(row).setIcon(thumbnail_icon(symbol, image))
        if isinstance(spec, ScreenSpec):
            self.screen_page.set_thumbnail(spec, image)
        elif isinstance(spec, WebcamSpec):
            self.webcam.set_failure(spec, "")

    def set_failure(self, spec: SourceSpec, reason: str) -> None:
        """Say why `spec` shows nothing, where there is room to say it."""
        if isinstance(spec, ScreenSpec):
            self.screen_page.set_failure(spec, reason)
        elif isinstance(spec, WebcamSpec):
            self.webcam.set_failure(spec, reason)

    def _make_list(self) -> QListWidget:
        kinds = QListWidget()
        kinds.setObjectName("sources")  # of which the style sheet says: no single click
        kinds.setAccessibleName(self.tr("Source"))
        kinds.setIconSize(THUMBNAIL_SIZE)
        kinds.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        kinds.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        kinds.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return kinds

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("&Source"), self._list))
        layout.addWidget(self._list)
        layout.addWidget(self._pages)

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._turn_to)
        self._list.itemActivated.connect(self.activated)
        self.region.selection_asked.connect(self.selection_asked)
        self.webcam.refresh_asked.connect(self.cameras_asked)
        for page in (self.match, self.screen_page, self.region, self.webcam, self.file, self.url):
            page.changed.connect(self._follow)
        self.url.entered.connect(self.thumbnails_changed)

    def _fill(self) -> None:
        kinds = [
            ("match", self.tr("Built-in match"), self.match),
            ("screen", self.tr("Screen"), self.screen_page),
            ("region", self.tr("Screen region"), self.region),
            ("screen", self.tr("Shared screen"), self.shared),
            ("webcam", self.tr("Webcam"), self.webcam),
            ("film", self.tr("Video file"), self.file),
            ("link", self.tr("Web address"), self.url),
        ]
        for icon_name, name, page in kinds:
            self._symbols.append(icon(icon_name))
            item = QListWidgetItem(thumbnail_icon(self._symbols[-1]), name, self._list)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self._pages.addWidget(page)
            self._kinds.append(page)
        self.offer_shared(is_offered=False)

    def _turn_to(self, row: int) -> None:
        self._pages.setCurrentIndex(row)
        if self.page is self.webcam:
            self.cameras_asked.emit()
        self._follow()

    def _follow(self) -> None:
        """Take away the pictures of what is not chosen any more."""
        for row, spec in tuple(self._pictured.items()):
            if self._spec_of(row) != spec:
                del self._pictured[row]
                self._list.item(row).setIcon(thumbnail_icon(self._symbols[row]))
        self.changed.emit()
        self.thumbnails_changed.emit()

    def _spec_of(self, row: int) -> SourceSpec | None:
        """What the page of `row` means; None where something is missing."""
        try:
            return self._kinds[row].spec()
        except SourceError:
            return None
