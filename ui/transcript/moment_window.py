"""A window that shows the moment of a line again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.fitting import fitting
from ui.transcript.moment_player import MomentPlayer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from app.transcripts.line import TranscriptLine


class MomentWindow(QWidget):
    """A player of its own, beside the session that goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Look again — Kibitz"))
        self.resize(fitting(QSize(680, 480)))
        self.player = MomentPlayer()
        layout = QVBoxLayout(self)
        layout.addWidget(self.player)

    def show_moment(
        self, source: str, lines: Sequence[TranscriptLine], row: int, key_frame: Path | None
    ) -> None:
        """Show the moment of a line; see `MomentPlayer.show_moment`."""
        self.player.show_moment(source, lines, row, key_frame)
        self.show()
        self.raise_()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.player.release()
        super().closeEvent(event)
