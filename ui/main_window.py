"""The main window: sources on the left, the picture in the middle, the transcript on the right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.capture.specs import MatchSpec, Region, SourceSpec
from app.errors import AppError
from app.session.request import SessionRequest
from ui.actions import Actions
from ui.camera_search import CameraSearch
from ui.commentary import Commentary, SessionFactory
from ui.drops import dropped_source
from ui.help_viewer import HelpViewer, help_pages
from ui.icons import icon
from ui.region_selector import RegionSelection
from ui.session_view import SessionParts, SessionView
from ui.widgets.action_button import ActionButton
from ui.widgets.notice_bar import NoticeBar, NoticeLevel
from ui.widgets.side_panel import ChoicePanel, TranscriptPanel
from ui.widgets.stage import Stage
from ui.widgets.status_line import StatusLine
from ui.widgets.transcript_view import TranscriptModel

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from app.capture.webcam import WebcamName
    from ui.match_window import MatchWindow

PREVIEW_FPS = 15.0
_BEHIND_THE_WINDOW_MS = 250  # until the desktop has painted what was behind the hidden window


class MainWindow(QMainWindow):
    """Shows one session at a time and commands it."""

    def __init__(self, make_session: SessionFactory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.deeds = Actions(self)
        self.commentary = Commentary(make_session, self)
        self.transcript = TranscriptModel(self)
        self.notice = NoticeBar()
        self.stage = Stage()
        self.choice = ChoicePanel()
        self.transcript_panel = TranscriptPanel(self.transcript, self.deeds)
        self.status_line = StatusLine()
        parts = SessionParts(self.stage, self.transcript, self.status_line, self.notice)
        self._view = SessionView(parts, self)
        self._regions = RegionSelection(self)
        self._cameras = CameraSearch(self)
        self._help: HelpViewer | None = None
        self._match: MatchWindow | None = None
        self._is_closing = False
        self._lay_out()
        self._connect_deeds()
        self._connect_parts()
        self._follow_state()
        self._restore_geometry()

    def start(self) -> None:
        """Begin to comment on what is chosen, or say what is missing."""
        try:
            request = SessionRequest(
                source=self.choice.source.spec(),
                model=self.choice.model.model(),
                pace=self.choice.source.pace,
                preview_fps=PREVIEW_FPS,
            )
        except AppError as error:
            self.notice.show_notice(str(error), NoticeLevel.WARNING)
            return
        self.commentary.start(request)

    def watch(self, source: SourceSpec) -> None:
        """Choose `source` and begin."""
        self.choice.source.set_spec(source)
        self.start()

    def select_region(self) -> None:
        """Step aside and let the person drag a region over the screen."""
        self.hide()
        QTimer.singleShot(_BEHIND_THE_WINDOW_MS, self._regions.open)

    def show_help(self) -> None:
        """Open the help pages."""
        if self._help is None:
            self._help = HelpViewer(help_pages())
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def show_match(self) -> None:
        """Open a window in which a person can watch and play the match that is chosen."""
        from ui.match_window import MatchWindow  # loads OpenCV, which the first window can spare

        if self._match is not None:
            self._match.close()
        self._match = MatchWindow(self.choice.source.match.spec().seed)
        self._match.show()

    def sizeHint(self) -> QSize:
        return QSize(1180, 720)

    def event(self, event: QEvent) -> bool:
        """Leave the space key to a button or a box that has the focus; it is their key, too."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            on_control = isinstance(QApplication.focusWidget(), QAbstractButton | QComboBox)
            if on_control and event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_source(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        source = dropped_source(event.mimeData())
        if source is not None:
            event.acceptProposedAction()
            self.watch(source)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once the session has ended and its transcript is saved; the window stays alive."""
        QSettings().setValue("window/geometry", self.saveGeometry())
        for window in (self._help, self._match):
            if window is not None:
                window.close()
        if self.commentary.is_active:
            self._is_closing = True
            self.commentary.stop()
            event.ignore()
        else:
            self._cameras.wait()
            event.accept()

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.stage, 1)
        column.addLayout(self._transport())
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(10)
        splitter.setChildrenCollapsible(False)
        for part in (self.choice, middle, self.transcript_panel):
            splitter.addWidget(part)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([280, 600, 300])
        holder = QWidget()
        frame = QHBoxLayout(holder)
        frame.setContentsMargins(12, 6, 12, 10)
        frame.addWidget(splitter)
        self.setCentralWidget(holder)
        self.setStatusBar(self.status_line)
        self.deeds.fill(self.menuBar())
        self.setWindowTitle("Kibitz")

    def _transport(self) -> QHBoxLayout:
        """The buttons under the picture, the one that starts in the accent colour."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        start = ActionButton(self.deeds.start)
        start.setProperty("role", "primary")
        start.setIcon(icon("play", QPalette.ColorRole.HighlightedText))
        pause, stop = ActionButton(self.deeds.pause), ActionButton(self.deeds.stop)
        pause.setIcon(icon("pause"))
        stop.setIcon(icon("stop"))
        for button in (start, pause, stop):
            button.setMinimumWidth(112)
            row.addWidget(button)
        row.addStretch()
        return row

    def _connect_deeds(self) -> None:
        deeds = self.deeds
        deeds.open_video.triggered.connect(self._open_video)
        deeds.save_as.triggered.connect(self._save_as)
        deeds.quit.triggered.connect(self.close)
        deeds.start.triggered.connect(self.start)
        deeds.pause.triggered.connect(self.commentary.toggle_pause)
        deeds.stop.triggered.connect(self.commentary.stop)
        deeds.copy_transcript.triggered.connect(self.transcript_panel.view.copy)
        deeds.show_sources.toggled.connect(self.choice.setVisible)
        deeds.show_transcript.toggled.connect(self.transcript_panel.setVisible)
        deeds.full_screen.toggled.connect(self._set_full_screen)
        deeds.match_window.triggered.connect(self.show_match)
        deeds.help.triggered.connect(self.show_help)
        deeds.about.triggered.connect(self._show_about)

    def _connect_parts(self) -> None:
        self.commentary.began.connect(self._view.attach)
        self.commentary.began.connect(self._follow_state)
        self.commentary.state_changed.connect(self._follow_state)
        self.commentary.ended.connect(self._note_end)
        self._view.source_named.connect(self._name_source)
        self.stage.match_asked.connect(self._watch_match)
        self.choice.source.selection_asked.connect(self.select_region)
        self.choice.source.cameras_asked.connect(self._cameras.start)
        self.choice.source.activated.connect(self.start)
        self._cameras.found.connect(self._offer_cameras)
        self._regions.selected.connect(self._take_region)
        self._regions.finished.connect(self.show)
        self.transcript.rowsInserted.connect(self._follow_transcript)
        self.transcript.modelReset.connect(self._follow_transcript)

    def _follow_state(self) -> None:
        active = self.commentary.is_active
        self.deeds.follow_state(self.commentary.state, is_active=active)
        self.choice.setDisabled(active)
        self._follow_transcript()

    def _follow_transcript(self) -> None:
        has_lines = self.transcript.rowCount() > 0
        self.deeds.save_as.setEnabled(has_lines)
        self.deeds.copy_transcript.setEnabled(has_lines)

    def _note_end(self) -> None:
        self._follow_state()
        self.setWindowTitle("Kibitz")
        if self._is_closing:
            self.close()

    def _name_source(self, label: str) -> None:
        self.setWindowTitle(f"{label} — Kibitz")

    def _watch_match(self) -> None:
        self.watch(MatchSpec(self.choice.source.match.spec().seed))

    def _take_region(self, region: Region) -> None:
        self.choice.source.set_region(region)

    def _offer_cameras(self, cameras: tuple[WebcamName, ...]) -> None:
        self.choice.source.webcam.set_cameras({camera.index: camera.name for camera in cameras})

    def _open_video(self) -> None:
        self.choice.source.choose(self.choice.source.file)
        dialog = self.choice.source.file.field.open_dialog()
        dialog.accepted.connect(self.start)

    def _save_as(self) -> None:
        # These load what the first window can spare.
        from app.session.start import header_of
        from app.transcripts.journal import Transcript
        from ui.saving import SaveDialog

        request = self.commentary.request
        assert request is not None  # without a session there is nothing to save
        header = replace(header_of(request), started_at=self.commentary.began_at)
        dialog = SaveDialog(Transcript(header, self.transcript.lines), self)
        dialog.saved.connect(self._note_saved)
        dialog.failed.connect(self._note_unsaved)
        dialog.open()

    def _note_saved(self, path: Path) -> None:
        self.status_line.showMessage(self.tr("Saved {0}").format(path), 8000)

    def _note_unsaved(self, reason: str) -> None:
        self.notice.show_notice(reason, NoticeLevel.ERROR)

    def _set_full_screen(self, on: bool) -> None:
        self.showFullScreen() if on else self.showNormal()

    def _show_about(self) -> None:
        QMessageBox.about(
            self,
            self.tr("About Kibitz"),
            self.tr(
                "<h3>Kibitz</h3><p>Watches your screen, a webcam or a video and comments on it "
                "live, with a streaming vision-language model on your own machine.</p>"
                "<p>Apache License 2.0</p>"
            ),
        )

    def _restore_geometry(self) -> None:
        geometry = QSettings().value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(self.sizeHint())
