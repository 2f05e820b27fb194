"""What there is to choose of sources other than the screen: one small page for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from app.capture.specs import (
    FileSpec,
    MatchSpec,
    UrlSpec,
    WebcamSpec,
)
from app.errors import SourceError
from app.paths import typed_path
from ui.icons import icon
from ui.widgets.labels import hint
from ui.widgets.path_field import PathField, PathKind
from ui.widgets.remark import Remark
from ui.widgets.source_page import Page, number_box

if TYPE_CHECKING:
    from app.session.request import Pace

_LARGEST_SEED = 999_999


class MatchPage(Page):
    """The built-in match.

    Signals:
        changed: Another match was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = number_box(0, _LARGEST_SEED, self.tr("Match number"))
        self._seed.valueChanged.connect(self.changed)
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


class FilePage(Page):
    """A video file, in real time or as fast as the model can.

    Signals:
        changed: Another file stands there.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        videos = "*.mp4 *.mkv *.webm *.avi *.mov *.m4v *.mpg *.mpeg *.ts *.flv *.wmv *.ogv"
        filters = self.tr("Videos ({0});;All files (*)").format(videos)
        self.field = PathField(PathKind.FILE, self.tr("Video file"), filters)
        self.field.changed.connect(self.changed)
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
            raise SourceError(self.tr("Choose a video file first."))
        return FileSpec(typed_path(str(self.field.path), SourceError))

    @property
    def pace(self) -> Pace:
        """How fast the file is played."""
        return self._pace.currentData()


class UrlPage(Page):
    """A stream on the network.

    Signals:
        changed: Another address stands there.
        entered: The address is whole: Enter was pressed, or the field was left.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_entered = False
        self._url = QLineEdit()
        self._url.setAccessibleName(self.tr("Address of the stream"))
        self._url.setPlaceholderText("rtsp://camera.local/stream")
        self._url.textChanged.connect(self._begin)
        self._url.editingFinished.connect(self._enter)
        self.column.addWidget(self._url)
        self.column.addWidget(
            hint(self.tr("The address of a camera or video: http, https, rtsp, rtmp or udp."))
        )
        self.column.addStretch()

    def spec(self) -> UrlSpec:
        url = self._url.text().strip()
        if "://" not in url:
            raise SourceError(
                self.tr("Type the full address of the stream, such as rtsp://host/path.")
            )
        return UrlSpec(url)

    def set_spec(self, spec: UrlSpec) -> None:
        """Show `spec`."""
        self._url.setText(spec.url)

    def may_look(self, *, is_chosen: bool) -> bool:
        """No half-typed address is asked for pictures."""
        return is_chosen and self._is_entered

    def _begin(self) -> None:
        self._is_entered = False
        self.changed.emit()

    def _enter(self) -> None:
        self._is_entered = True
        self.entered.emit()


class WebcamPage(Page):
    """A camera by its name.

    Signals:
        refresh_asked: The person plugged one in.
        changed: Another camera was chosen.
    """

    refresh_asked = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_searched_for = False
        self._cameras = QComboBox()
        self._cameras.setAccessibleName(self.tr("Camera"))
        self._cameras.currentIndexChanged.connect(self._follow)
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
        self._remark = Remark(self)
        self.column.addLayout(row)
        self.column.addWidget(self._remark)
        self.column.addStretch()
        self.set_cameras({})

    def set_cameras(self, names: dict[int, str]) -> None:
        """Offer the cameras that were found, by number; without any, the first four numbers."""
        self._is_searched_for = False
        chosen = self._cameras.currentData()
        self._cameras.blockSignals(True)
        self._cameras.clear()
        for index in names or range(4):
            name = names.get(index, self.tr("Camera"))
            self._cameras.addItem(self.tr("{0} · {1}").format(index, name), index)
        self._cameras.setCurrentIndex(max(self._cameras.findData(chosen), 0))
        self._cameras.blockSignals(False)
        none_found = self.tr("No camera was found yet; choose a number.")
        self._remark.show_own("" if names else none_found)
        self._follow()

    def set_failure(self, spec: WebcamSpec, reason: str) -> None:
        """Say why `spec` shows nothing, where it is what is chosen; empty where it does."""
        if spec == self.spec():
            self._remark.show_failure(reason)

    def _follow(self) -> None:
        self._remark.show_failure("")
        self.changed.emit()

    def spec(self) -> WebcamSpec:
        return WebcamSpec(self._cameras.currentData())

    def may_look(self, *, is_chosen: bool) -> bool:
        """No camera lights up before it is chosen, or is held while all are looked for."""
        return is_chosen and not self._is_searched_for

    def await_cameras(self) -> None:
        """Look at none until `set_cameras` says which there are."""
        self._is_searched_for = True
        self.changed.emit()

    def set_spec(self, spec: WebcamSpec) -> None:
        """Show `spec`, whether such a camera was found or not."""
        if self._cameras.findData(spec.index) < 0:
            self._cameras.addItem(self.tr("{0} · Camera").format(spec.index), spec.index)
        self._cameras.setCurrentIndex(self._cameras.findData(spec.index))
