"""What there is to choose once the kind of source is chosen: one small page for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
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
from app.errors import SourceError
from ui.icons import icon
from ui.physical import screen_region
from ui.widgets.labels import hint
from ui.widgets.path_field import PathField, PathKind

if TYPE_CHECKING:
    from app.session.request import Pace

_LARGEST_PX = 65535
_LARGEST_SEED = 999_999


class SourcePage(Protocol):
    """A page of options; says which source they mean."""

    def spec(self) -> SourceSpec:
        """The source that is chosen here.

        Raises:
            SourceError: Something is missing; the message says what.
        """
        ...


class _Page(QWidget):
    """A column of controls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2, 2, 2, 2)
        self.column.setSpacing(8)


def _number_box(least: int, most: int, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setAccessibleName(name)
    box.lineEdit().setTextMargins(6, 0, 0, 0)  # a style sheet's padding does not reach it
    return box


class MatchPage(_Page):
    """The built-in match."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = _number_box(0, _LARGEST_SEED, self.tr("Match number"))
        row = QHBoxLayout()
        label = QLabel(self.tr("Match &number"))
        label.setBuddy(self._seed)
        row.addWidget(label)
        row.addWidget(self._seed, 1)
        self.column.addWidget(hint(self.tr("A small football game that Kibitz plays by itself.")))
        self.column.addLayout(row)
        self.column.addStretch()

    def spec(self) -> MatchSpec:
        return MatchSpec(self._seed.value())

    def set_spec(self, spec: MatchSpec) -> None:
        """Show `spec`."""
        self._seed.setValue(spec.seed)


class ScreenPage(_Page):
    """All monitors or one of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screens = QComboBox()
        self._screens.setAccessibleName(self.tr("Screen"))
        self.column.addWidget(self._screens)
        self.column.addWidget(
            hint(
                self.tr(
                    "Move the Kibitz window to another screen or minimise it, "
                    "so that it does not watch itself."
                )
            )
        )
        self.column.addStretch()
        self._list_screens()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._list_screens)
        application.screenRemoved.connect(self._list_screens)

    def spec(self) -> ScreenSpec:
        return ScreenSpec(self._screens.currentData())

    def _list_screens(self) -> None:
        screens = QGuiApplication.screens()
        self._screens.clear()
        self._screens.addItem(
            self.tr("Whole screen") if len(screens) == 1 else self.tr("All screens"), None
        )
        for number, screen in enumerate(screens, start=1):
            region = screen_region(screen)
            size = f"{region.width_px} × {region.height_px}"  # noqa: RUF001 (the sign of times)
            name = self.tr("Screen {0}, {1}, {2}").format(number, size, screen.name())
            self._screens.addItem(name, region)


class RegionPage(_Page):
    """A rectangle of the screen, by the mouse or by numbers.

    Signals:
        selection_asked: The person wants to drag the rectangle.
    """

    selection_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        select = QPushButton(icon("region"), self.tr("Se&lect on the screen…"))
        select.clicked.connect(self.selection_asked)
        self.column.addWidget(select)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        self._left = self._number(grid, 0, 0, self.tr("Left"), -_LARGEST_PX)
        self._top = self._number(grid, 0, 2, self.tr("Top"), -_LARGEST_PX)
        self._width = self._number(grid, 1, 0, self.tr("Width"), 0)
        self._height = self._number(grid, 1, 2, self.tr("Height"), 0)
        self.column.addLayout(grid)
        self.column.addStretch()

    def spec(self) -> ScreenSpec:
        if not (self._width.value() and self._height.value()):
            raise SourceError("Select a region of the screen first, or type its width and height.")
        return ScreenSpec(
            Region(self._left.value(), self._top.value(), self._width.value(), self._height.value())
        )

    def set_region(self, region: Region) -> None:
        """Show `region`."""
        self._left.setValue(region.left_px)
        self._top.setValue(region.top_px)
        self._width.setValue(region.width_px)
        self._height.setValue(region.height_px)

    def _number(self, grid: QGridLayout, row: int, column: int, name: str, least: int) -> QSpinBox:
        box = _number_box(least, _LARGEST_PX, self.tr("{0} in pixels").format(name))
        label = QLabel(name)
        label.setBuddy(box)
        grid.addWidget(label, row, column)
        grid.addWidget(box, row, column + 1)
        grid.setColumnStretch(column + 1, 1)
        return box


class FilePage(_Page):
    """A video file, in real time or as fast as the model can."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        videos = "*.mp4 *.mkv *.webm *.avi *.mov *.m4v *.mpg *.mpeg *.ts *.flv *.wmv *.ogv"
        filters = self.tr("Videos ({0});;All files (*)").format(videos)
        self.field = PathField(PathKind.FILE, self.tr("Video file"), filters)
        self._pace = QComboBox()
        self._pace.setAccessibleName(self.tr("Speed"))
        self._pace.addItem(self.tr("In real time"), "paced")
        self._pace.addItem(self.tr("As fast as possible, every second"), "max")
        self.column.addWidget(self.field)
        self.column.addWidget(self._pace)
        self.column.addWidget(hint(self.tr("Or drop a video onto the window.")))
        self.column.addStretch()

    def spec(self) -> FileSpec:
        if self.field.path is None:
            raise SourceError("Choose a video file first.")
        return FileSpec(self.field.path)

    @property
    def pace(self) -> Pace:
        """How fast the file is played."""
        return self._pace.currentData()


class UrlPage(_Page):
    """A stream on the network.

    Signals:
        changed: Another address stands there.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._url = QLineEdit()
        self._url.setAccessibleName(self.tr("Address of the stream"))
        self._url.setPlaceholderText("rtsp://camera.local/stream")
        self._url.textChanged.connect(self.changed)
        self.column.addWidget(self._url)
        self.column.addWidget(
            hint(self.tr("The address of a camera or video: http, https, rtsp, rtmp or udp."))
        )
        self.column.addStretch()

    def spec(self) -> UrlSpec:
        url = self._url.text().strip()
        if "://" not in url:
            raise SourceError("Type the full address of the stream, such as rtsp://host/path.")
        return UrlSpec(url)

    def set_spec(self, spec: UrlSpec) -> None:
        """Show `spec`."""
        self._url.setText(spec.url)


class WebcamPage(_Page):
    """A camera by its name.

    Signals:
        refresh_asked: The person plugged one in.
    """

    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cameras = QComboBox()
        self._cameras.setAccessibleName(self.tr("Camera"))
        self._cameras.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        refresh = QToolButton()
        refresh.setIcon(icon("refresh"))
        refresh.setToolTip(self.tr("Look for cameras again"))
        refresh.setAccessibleName(self.tr("Look for cameras again"))
        refresh.clicked.connect(self.refresh_asked)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._cameras, 1)
        row.addWidget(refresh)
        self._found = hint("")
        self.column.addLayout(row)
        self.column.addWidget(self._found)
        self.column.addStretch()
        self.set_cameras({})

    def set_cameras(self, names: dict[int, str]) -> None:
        """Offer the cameras that were found, by number; without any, the first four numbers."""
        chosen = self._cameras.currentData()
        self._cameras.clear()
        for index in names or range(4):
            name = names.get(index, self.tr("Camera"))
            self._cameras.addItem(self.tr("{0} · {1}").format(index, name), index)
        self._cameras.setCurrentIndex(max(self._cameras.findData(chosen), 0))
        self._found.setText("" if names else self.tr("No camera was found yet; choose a number."))

    def spec(self) -> WebcamSpec:
        return WebcamSpec(self._cameras.currentData())

    def set_spec(self, spec: WebcamSpec) -> None:
        """Show `spec`, whether such a camera was found or not."""
        if self._cameras.findData(spec.index) < 0:
            self._cameras.addItem(self.tr("{0} · Camera").format(spec.index), spec.index)
        self._cameras.setCurrentIndex(self._cameras.findData(spec.index))
