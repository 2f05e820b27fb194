"""The menus of the main window, which its features fill further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenuBar

    from ui.actions import Actions


class Menus(QObject):
    """The menus as attributes, with the actions that the window always has."""

    def __init__(self, bar: QMenuBar, deeds: Actions) -> None:
        super().__init__(bar)
        self.file = bar.addMenu(self.tr("&File"))
        self.commentary = bar.addMenu(self.tr("&Commentary"))
        self.edit = bar.addMenu(self.tr("&Edit"))
        self.view = bar.addMenu(self.tr("&View"))
        self.help = bar.addMenu(self.tr("&Help"))
        self.file.addActions([deeds.open_video, self.file.addSeparator(), deeds.save_as])
        self._end_of_file = self.file.addSeparator()
        self.file.addAction(deeds.quit)
        self.commentary.addActions([deeds.start, deeds.pause, deeds.stop])
        self.commentary.addSeparator()
        self.commentary.addActions([deeds.mute, deeds.mark_highlight, deeds.jump_to_now])
        self.edit.addAction(deeds.copy_transcript)
        self.view.addActions([deeds.show_sources, deeds.show_side, deeds.show_overlay])
        self.view.addAction(deeds.full_screen)

    def add_to_file(self, action: QAction) -> None:
        """Put `action` into the file menu, above the entry that quits."""
        self.file.insertAction(self._end_of_file, action)
