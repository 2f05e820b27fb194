"""From what is chosen in the window to a session that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.errors import AppError
from app.session.request import SessionRequest
from ui.widgets.notice_bar import NoticeBar, NoticeLevel

if TYPE_CHECKING:
    from app.capture.specs import SourceSpec
    from ui.commentary import Commentary
    from ui.widgets.side_panel import ChoicePanel

PREVIEW_FPS = 15.0

Amendment = Callable[[SessionRequest], SessionRequest]


class Starter(QObject):
    """Makes requests of what the source panel says and what features add to it."""

    def __init__(
        self, choice: ChoicePanel, commentary: Commentary, notice: NoticeBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._commentary = commentary
        self._notice = notice
        self._amendments: list[Amendment] = []

    def amend(self, amendment: Amendment) -> None:
        """Let `amendment` change every later request; an AppError it raises is shown."""
        self._amendments.append(amendment)

    def start(self) -> None:
        """Begin to comment on what is chosen, or say what is missing."""
        try:
            request = self._request()
        except AppError as error:
            self._notice.show_notice(str(error), NoticeLevel.WARNING)
            return
        self._commentary.start(request)

    def watch(self, source: SourceSpec) -> None:
        """Choose `source` and begin."""
        self._choice.source.set_spec(source)
        self.start()

    def _request(self) -> SessionRequest:
        request = SessionRequest(
            source=self._choice.source.spec(),
            model=self._choice.model.model(),
            pace=self._choice.source.pace,
            preview_fps=PREVIEW_FPS,
        )
        for amendment in self._amendments:
            request = amendment(request)
        return request
