"""The main window: sources on the left, the picture in the middle, tabs on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.actions import Actions
from ui.commentary import Commentary, SessionFactory
from ui.drops import dropped_source
from ui.features.feature import WindowContext
from ui.features.listing import FEATURES
from ui.icons import icon
from ui.menus import Menus
from ui.preferences.directory import PreferencesDirectory
from ui.remote_hosts import RemoteHosts
from ui.session_view import SessionParts, SessionView
from ui.speech.output import SpeechOutput
from ui.starting import Starter
from ui.transcript.model import TranscriptModel
from ui.widgets.action_button import ActionButton
from ui.widgets.notice_bar import NoticeBar, NoticeLevel
from ui.widgets.side_panel import ChoicePanel
from ui.widgets.side_tabs import SideTabs
from ui.widgets.stage import Stage
from ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from app.capture.specs import SourceSpec
    from app.settings.store import SettingsStore


class MainWindow(QMainWindow):
    """Shows one session at a time and commands it; what else it can do is in `ui.features`."""

    def __init__(
        self, make_session: SessionFactory, settings: SettingsStore, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.deeds = Actions(self)
        self.commentary = Commentary(make_session, self)
        self.speech = SpeechOutput(settings, self)
        self.transcript = TranscriptModel(self)
        self.notice = NoticeBar()
        self.stage = Stage()
        self.choice = ChoicePanel()
        self.side = SideTabs()
        self.status_line = StatusLine()
        self.starter = Starter(self.choice, self.commentary, self.notice, self)
        self._is_closing = False
        self._lay_out()
        parts = SessionParts(self.stage, self.transcript, self.status_line, self.notice)
        self._view = SessionView(parts, self)
        self._connect_parts()
        context = self._context(settings)
        self.features = tuple(make(context) for make in FEATURES)
        self._follow_state()
        settings.report_to(self._warn)

    def start(self) -> None:
        """Begin to comment on what is chosen, or say what is missing."""
        self.starter.start()

    def watch(self, source: SourceSpec) -> None:
        """Choose `source` and begin."""
        self.starter.watch(source)

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
        if self.commentary.is_active:
            self._is_closing = True
            self.commentary.stop()
            event.ignore()
            return
        for feature in self.features:
            feature.close()
        event.accept()

    def _context(self, settings: SettingsStore) -> WindowContext:
        return WindowContext(
            window=self,
            settings=settings,
            commentary=self.commentary,
            starter=self.starter,
            speech=self.speech,
            view=self._view,
            deeds=self.deeds,
            menus=Menus(self.menuBar(), self.deeds),
            notice=self.notice,
            stage=self.stage,
            choice=self.choice,
            side=self.side,
            status=self.status_line,
            transcript=self.transcript,
            preferences=PreferencesDirectory(self),
            remote=RemoteHosts(self),
        )

    def _lay_out(self) -> None:
        # From the outside in: a widget that moves into another is dressed anew, with all in it.
        holder = QWidget()
        self.setCentralWidget(holder)
        frame = QHBoxLayout(holder)
        frame.setContentsMargins(12, 6, 12, 10)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(10)
        splitter.setChildrenCollapsible(False)
        frame.addWidget(splitter)
        splitter.addWidget(self.choice)
        middle = QWidget()
        splitter.addWidget(middle)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.stage, 1)
        column.addLayout(self._transport())
        splitter.addWidget(self.side)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([280, 600, 300])
        self.setStatusBar(self.status_line)
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
            button.setMinimumWidth(96)
            row.addWidget(button)
        row.addWidget(_sign_button(self.deeds.mute))
        row.addStretch()
        return row

    def _connect_parts(self) -> None:
        self.deeds.quit.triggered.connect(self.close)
        self.deeds.start.triggered.connect(self.start)
        self.deeds.pause.triggered.connect(self.commentary.toggle_pause)
        self.deeds.stop.triggered.connect(self.commentary.stop)
        self.commentary.began.connect(self._view.attach)
        self.commentary.began.connect(self._follow_state)
        self.commentary.state_changed.connect(self._follow_state)
        self.commentary.ended.connect(self._note_end)

    def _follow_state(self) -> None:
        active = self.commentary.is_active
        self.deeds.follow_state(self.commentary.state, is_active=active)
        self.choice.setDisabled(active)

    def _note_end(self) -> None:
        self._follow_state()
        if self._is_closing:
            self.close()

    def _warn(self, sentence: str) -> None:
        self.notice.show_notice(sentence, NoticeLevel.WARNING)


def _sign_button(action: QAction) -> QToolButton:
    """A button with nothing but its action's icon."""
    button = QToolButton()
    button.setProperty("role", "flat")
    button.setDefaultAction(action)
    return button
