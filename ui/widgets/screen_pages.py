"""What there is to choose of the screen: monitors, a rectangle, or what the desktop shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.capture.specs import Region, ScreenSpec, SharedSpec
from app.errors import SourceError
from ui.icons import icon
from ui.monitors import Monitors, name_of
from ui.physical import screen_of, screen_region
from ui.widgets.labels import hint
from ui.widgets.remark import Remark
from ui.widgets.source_page import Page, may_look_at_screen, number_box
from ui.widgets.thumbnail_icon import THUMBNAIL_SIZE, thumbnail_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QScreen

_LARGEST_PX = 65535
_ROW_HEIGHT = 46  # of two lines of text
_SPEC = Qt.ItemDataRole.UserRole
_NAME = Qt.ItemDataRole.UserRole + 1  # of the monitor; None for all of them


class ScreenPage(Page):
    """All monitors or one of them, with live pictures.

    Signals:
        changed: Another one was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screens = QListWidget()
        self._screens.setAccessibleName(self.tr("Screen"))
        self._screens.setIconSize(THUMBNAIL_SIZE)
        self._screens.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._remark = Remark(self)
        self.column.addWidget(self._screens)
        self.column.addWidget(self._remark)
        self.column.addStretch()
        self._screens.currentRowChanged.connect(self._follow)
        self._list_screens(None)
        Monitors(self).changed.connect(self._relist_screens)

    def spec(self) -> ScreenSpec:
        return self._screens.currentItem().data(_SPEC)

    def may_look(self, *, is_chosen: bool) -> bool:
        return may_look_at_screen(is_chosen=is_chosen)

    def set_spec(self, spec: ScreenSpec) -> None:
        """Choose a monitor, or all where `spec` is none of them."""
        specs = self.specs()
        self._screens.setCurrentRow(specs.index(spec) if spec in specs else 0)

    def specs(self) -> list[ScreenSpec]:
        """All that can be chosen."""
        return [self._screens.item(row).data(_SPEC) for row in range(self._screens.count())]

    def set_thumbnail(self, spec: ScreenSpec, image: QImage) -> None:
        """Show what `spec` shows now."""
        if spec in self.specs():
            item = self._screens.item(self.specs().index(spec))
            item.setIcon(thumbnail_icon(icon("screen"), image))
        self.set_failure(spec, "")

    def set_failure(self, spec: ScreenSpec, reason: str) -> None:
        """Say why `spec` shows nothing, where it is what is chosen; empty where it does."""
        if spec == self.spec():
            self._remark.show_failure(reason)

    def explain(self, sentence: str) -> None:
        """Say how the screen can be seen on this desktop; nothing where that is plain."""
        self._remark.show_own(sentence)

    def _follow(self) -> None:
        self._remark.show_failure("")
        self.changed.emit()

    def _relist_screens(self) -> None:
        """List what there is now; the monitor that was chosen stays chosen, wherever it stands."""
        chosen = self._screens.currentItem().data(_NAME)
        with QSignalBlocker(self._screens):
            self._screens.clear()
            self._list_screens(chosen)
        self._follow()

    def _list_screens(self, chosen: str | None) -> None:
        screens = QGuiApplication.screens()
        whole = self.tr("Whole screen") if len(screens) == 1 else self.tr("All screens")
        self._add(whole, ScreenSpec(), None)
        for number, screen in enumerate(screens, start=1):
            region = screen_region(screen)
            size = f"{region.width_px} × {region.height_px}"  # noqa: RUF001 (the sign of times)
            title = self.tr("Screen {0}, {1}\n{2}").format(number, size, screen.name())
            self._add(title, ScreenSpec(region), name_of(screen))
        names = [None, *map(name_of, screens)]
        self._screens.setCurrentRow(names.index(chosen) if chosen in names else 0)
        self._screens.setFixedHeight(self._screens.count() * _ROW_HEIGHT + 2)

    def _add(self, title: str, spec: ScreenSpec, name: str | None) -> None:
        item = QListWidgetItem(thumbnail_icon(icon("screen")), title, self._screens)
        item.setSizeHint(QSize(0, _ROW_HEIGHT))
        item.setToolTip(title)
        item.setData(_SPEC, spec)
        item.setData(_NAME, name)


class RegionPage(Page):
    """A rectangle of the screen: by the mouse, by a frame with handles, or by numbers.

    The numbers count from the corner of a monitor.

    Signals:
        selection_asked: The person wants to drag the rectangle.
        frame_asked: The frame shall be shown (True) or hidden.
        changed: The rectangle is another one.
    """

    selection_asked = Signal()
    frame_asked = Signal(bool)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._may_select = True
        self._select = QPushButton(icon("region"), self.tr("Se&lect on the screen…"))
        self._select.clicked.connect(self.selection_asked)
        self._frame = QCheckBox(self.tr("Show its &frame on the screen"))
        self._frame.setToolTip(self.tr("Drag its handles or its line to change the region"))
        self._frame.toggled.connect(self.frame_asked)
        self._screens = QComboBox()
        self._screens.setAccessibleName(self.tr("Screen of the region"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.addWidget(self._select, 0, 0, 1, 4)
        grid.addWidget(self._frame, 1, 0, 1, 4)
        grid.addWidget(self._screens, 2, 0, 1, 4)
        self._left = self._number(grid, (3, 0), self.tr("Left"), -_LARGEST_PX)
        self._top = self._number(grid, (3, 2), self.tr("Top"), -_LARGEST_PX)
        self._width = self._number(grid, (4, 0), self.tr("Width"), 0)
        self._height = self._number(grid, (4, 2), self.tr("Height"), 0)
        self.column.addLayout(grid)
        self.column.addStretch()
        self._list_screens()
        self._screens.currentIndexChanged.connect(self._take_numbers)
        Monitors(self).changed.connect(self._relist_screens)
        self._follow()

    @property
    def region(self) -> Region | None:
        """The rectangle in pixels of the desktop; None as long as it has no size."""
        return self._region

    @property
    def wants_frame(self) -> bool:
        """Whether the frame is switched on."""
        return self._frame.isChecked()

    def spec(self) -> ScreenSpec:
        region = self.region
        if region is None:
            raise SourceError(
                self.tr("Select a region of the screen first, or type its width and height.")
            )
        return ScreenSpec(region)

    def may_look(self, *, is_chosen: bool) -> bool:
        return may_look_at_screen(is_chosen=is_chosen)

    def set_region(self, region: Region) -> None:
        """Show `region`, told as one change."""
        self._region = region
        self._show_numbers(region)
        self._follow()

    def _show_numbers(self, region: Region) -> None:
        screen = screen_of(region)
        corner = screen_region(screen)
        values = {
            self._left: region.left_px - corner.left_px,
            self._top: region.top_px - corner.top_px,
            self._width: region.width_px,
            self._height: region.height_px,
        }
        for control in (self._screens, *values):
            control.blockSignals(True)
        self._screens.setCurrentIndex(QGuiApplication.screens().index(screen))
        for box, value in values.items():
            box.setValue(value)
        for control in (self._screens, *values):
            control.blockSignals(False)

    def forbid(self, sentence: str) -> None:
        """Take the mouse away where windows cannot be placed; the sentence says why."""
        self._may_select = False
        for button in (self._select, self._frame):
            button.setEnabled(False)
            button.setToolTip(sentence)

    def _take_numbers(self) -> None:
        width, height = self._width.value(), self._height.value()
        corner = screen_region(self._screen())
        left, top = corner.left_px + self._left.value(), corner.top_px + self._top.value()
        self._region = Region(left, top, width, height) if width and height else None
        self._follow()

    def _follow(self) -> None:
        self._frame.setEnabled(self._region is not None and self._may_select)
        self.changed.emit()

    def _screen(self) -> QScreen:
        screens = QGuiApplication.screens()
        return screens[min(max(self._screens.currentIndex(), 0), len(screens) - 1)]

    def _list_screens(self) -> None:
        for number, screen in enumerate(QGuiApplication.screens(), start=1):
            self._screens.addItem(self.tr("On screen {0}, {1}").format(number, screen.name()))

    def _relist_screens(self) -> None:
        """List what there is now; the region stays where it is on the desktop."""
        with QSignalBlocker(self._screens):
            self._screens.clear()
            self._list_screens()
        if self._region is not None:
            self._show_numbers(self._region)

    def _number(self, grid: QGridLayout, place: tuple[int, int], name: str, least: int) -> QSpinBox:
        row, column = place
        box = number_box(least, _LARGEST_PX, self.tr("{0} in pixels").format(name))
        box.valueChanged.connect(self._take_numbers)
        label = QLabel(name)
        label.setBuddy(box)
        grid.addWidget(label, row, column)
        grid.addWidget(box, row, column + 1)
        grid.setColumnStretch(column + 1, 1)
        return box


class SharedPage(Page):
    """A screen that the desktop asks the person to share."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        how = self.tr("After Start, the desktop asks which screen Kibitz may see, each time.")
        own = self.tr(
            "Kibitz's own windows are seen, too: share a screen that they are not on, or keep the "
            "overlay hidden."
        )
        self.column.addWidget(hint(how))
        self.column.addWidget(hint(own))
        self.column.addStretch()

    def spec(self) -> SharedSpec:
        return SharedSpec()

    def may_look(self, *, is_chosen: bool) -> bool:  # noqa: ARG002
        """The desktop would ask for each look."""
        return False
