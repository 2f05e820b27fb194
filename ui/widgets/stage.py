"""The dark middle of the window: an invitation, then the picture with its subtitle."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.icons import application_icon, icon
from ui.widgets.subtitle_label import SubtitleLabel
from ui.widgets.video_view import VideoView

_STEPS = 1000
_LOGO_PX = 64
_LEAST_PX = 160, 110


class Stage(QFrame):
    """Shows an invitation until something runs, and what it waits for while it waits.

    Signals:
        match_asked: The person wants to watch the built-in match.
    """

    match_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.video = VideoView()
        self.subtitle = SubtitleLabel()
        self._own_invitation = _scrolling(self._make_invitation())
        self._invitation = self._own_invitation
        self._waiting = self._make_waiting()
        self._pages = QStackedWidget()
        for page in (self._invitation, self._waiting, self.video):
            self._pages.addWidget(page)
        self._pages.setMinimumSize(*_LEAST_PX)  # else the pages that are not shown say how small
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.setSpacing(4)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.subtitle)
        self.invite()

    @property
    def is_inviting(self) -> bool:
        """True while the invitation is shown."""
        return self._pages.currentWidget() is self._invitation

    @property
    def waiting_text(self) -> str:
        """What is said to be waited for."""
        return self._what.text()

    def invite(self) -> None:
        """Back to the invitation."""
        self.video.clear()
        self.subtitle.player.clear()
        self._turn_to(self._invitation)

    def set_invitation(self, page: QWidget | None) -> None:
        """Invite with `page`, which the stage owns; None goes back to the stage's own page."""
        was_inviting, before = self.is_inviting, self._invitation
        self._invitation = self._own_invitation if page is None else _scrolling(page)
        self._pages.addWidget(self._invitation)
        if was_inviting:
            self._turn_to(self._invitation)
        if before is not self._own_invitation:
            self._pages.removeWidget(before)
            before.deleteLater()

    def wait_for(self, what: str, fraction: float | None = None) -> None:
        """Say `what` is waited for; `fraction` of it is done, None where nobody knows."""
        self._what.setText(what)
        self._progress.setRange(0, 0 if fraction is None else _STEPS)
        self._progress.setValue(round((fraction or 0.0) * _STEPS))
        self._turn_to(self._waiting)

    def show_video(self) -> None:
        """Show the picture."""
        self._turn_to(self.video)

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.subtitle.setVisible(page is self.video)

    def _make_invitation(self) -> QWidget:
        logo = QLabel()
        logo.setPixmap(application_icon().pixmap(QSize(_LOGO_PX, _LOGO_PX)))
        title = _light_label(self.tr("Live commentary on what you watch"), 1.5)
        text = _light_label(
            self.tr("Choose a source and press Start, or try the built-in match."), 1.0, dim=True
        )
        button = QPushButton(
            icon("play", QPalette.ColorRole.HighlightedText), self.tr(" Watch the &built-in match")
        )
        button.setProperty("role", "primary")
        button.clicked.connect(self.match_asked)
        return _centred([logo, title, text, button], spacing=14)

    def _make_waiting(self) -> QWidget:
        self._what = _light_label("", 1.1)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(260, 6)
        self._progress.setAccessibleName(self.tr("Progress"))
        return _centred([self._what, self._progress], spacing=16)


def _scrolling(page: QWidget) -> QScrollArea:
    """`page`, which scrolls where the stage is low."""
    page.setObjectName("clear")
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _light_label(text: str, scale: float, *, dim: bool = False) -> QLabel:
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    label.setFont(font)
    label.setProperty("role", "on-stage-dim" if dim else "on-stage")
    return label


def _centred(widgets: list[QWidget], spacing: int) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setSpacing(spacing)
    layout.addStretch()
    for widget in widgets:
        fill = isinstance(widget, QLabel) and widget.wordWrap()
        if fill:
            layout.addWidget(widget)
        else:
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch()
    return page
