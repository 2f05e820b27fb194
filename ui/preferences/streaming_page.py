"""Preferences for streaming programs: the page's address and the live text file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.broadcast.settings import MAX_PORT, MIN_PORT, BroadcastSettings
from app.paths import half_typed_path
from ui.icons import icon
from ui.widgets.labels import heading, hint
from ui.widgets.rows import row

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from app.broadcast.station import Station
    from app.settings.store import SettingsStore

_LOOK_MS = 1000


class StreamingPage(QWidget):
    """Turns the page and the file on and off, with the controls as attributes."""

    def __init__(
        self, settings: SettingsStore, station: Station, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._station = station
        self._make_page_controls()
        self._make_file_controls()
        self._lay_out()
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._follow_station)
        self._follow(settings.watch(BroadcastSettings, self._follow))
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_station()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()

    def copy_url(self) -> None:
        """Put the page's address onto the clipboard."""
        QGuiApplication.clipboard().setText(self._station.url)
        self.state.setText(self.tr("Copied. Paste it into a browser source as its URL."))

    def choose_file(self) -> QFileDialog:
        """Let the person choose where the text is kept."""
        dialog = QFileDialog(self, self.tr("Live text file"), self.file.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Text files (*.txt)"))
        dialog.setDefaultSuffix("txt")
        dialog.fileSelected.connect(self._take_file)
        dialog.open()
        return dialog

    def _make_page_controls(self) -> None:
        self.serves_page = QCheckBox(self.tr("Page for a &browser source"))
        self.url = QLineEdit()
        self.url.setReadOnly(True)
        self.url.setAccessibleName(self.tr("Address of the page"))
        self.url.setPlaceholderText(self.tr("The page is off"))
        self.copy = QPushButton(icon("copy"), self.tr(" &Copy"))
        self.renew = QPushButton(icon("refresh"), self.tr(" &New address"))
        self.renew.setToolTip(self.tr("Whoever knows the old address sees nothing any more."))
        self.port = QSpinBox()
        self.port.setRange(MIN_PORT, MAX_PORT)
        self.port.setGroupSeparatorShown(False)
        self.port.setKeyboardTracking(False)  # no server for each digit
        self.state = hint("")

    def _make_file_controls(self) -> None:
        self.writes_file = QCheckBox(self.tr("Live &text file"))
        self.file = QLineEdit()
        self.file.setAccessibleName(self.tr("Path of the live text file"))
        self.file.setPlaceholderText(self.tr("Choose a file"))
        self.browse = QToolButton()
        self.browse.setIcon(icon("folder"))
        self.browse.setToolTip(self.tr("Browse…"))
        self.browse.setAccessibleName(self.tr("Browse for the live text file"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(heading(self.tr("OBS and other streaming programs")))
        self._add_page(column)
        column.addSpacing(14)
        self._add_file(column)
        column.addStretch()

    def _add_page(self, column: QVBoxLayout) -> None:
        about = self.tr(
            "Transparent, in the style of your subtitles. Only this computer can open it, and only "
            "with the whole address."
        )
        port = QLabel(self.tr("&Port"))
        port.setBuddy(self.port)
        column.addWidget(self.serves_page)
        column.addWidget(hint(about))
        column.addWidget(row(self.url, self.copy, stretch=0))
        column.addWidget(row(port, self.port, self.renew))
        column.addWidget(self.state)

    def _add_file(self, column: QVBoxLayout) -> None:
        about = self.tr("Always holds the text that is shown, for a text source that reads a file.")
        column.addWidget(self.writes_file)
        column.addWidget(hint(about))
        column.addWidget(row(self.file, self.browse, stretch=0))

    def _connect(self) -> None:
        self.serves_page.toggled.connect(self._keep)
        self.port.valueChanged.connect(self._keep)
        self.copy.clicked.connect(self.copy_url)
        self.renew.clicked.connect(self._renew)
        self.writes_file.toggled.connect(self._keep_file)
        self.file.editingFinished.connect(self._keep_file)
        self.browse.clicked.connect(self.choose_file)

    @property
    def _kept(self) -> BroadcastSettings:
        return self._settings.get(BroadcastSettings)

    def _keep(self) -> None:
        self._settings.put(
            replace(self._kept, serves_page=self.serves_page.isChecked(), port=self.port.value())
        )

    def _keep_file(self) -> None:
        """A file that is to be written must be chosen first."""
        path = self.file.text().strip()
        if self.writes_file.isChecked() and not path:
            self.writes_file.setChecked(False)
            self.choose_file()
            return
        self._settings.put(
            replace(
                self._kept,
                writes_file=self.writes_file.isChecked(),
                file=str(half_typed_path(path)) if path else "",
            )
        )

    def _take_file(self, path: str) -> None:
        self.file.setText(path)
        self.writes_file.setChecked(True)
        self._keep_file()

    def _renew(self) -> None:
        self._settings.put(self._kept.with_new_token())

    def _follow(self, kept: BroadcastSettings) -> None:
        self.serves_page.setChecked(kept.serves_page)
        self.port.setValue(kept.port)
        self.writes_file.setChecked(kept.writes_file)
        self.file.setText(kept.file)
        self.renew.setEnabled(kept.serves_page)
        self._follow_station()

    def _follow_station(self) -> None:
        url = self._station.url
        self.copy.setEnabled(bool(url))
        if url != self.url.text():
            self.url.setText(url)
            self.url.setCursorPosition(0)
        if not url:
            self.state.setText(self._station.problem)
        elif self._station.num_pages:
            self.state.setText(
                self.tr("Open in %n browser source(s).", "", self._station.num_pages)
            )
        else:
            self.state.setText(self.tr("Not open anywhere yet."))
