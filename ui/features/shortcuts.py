"""Keys that the person chose, in the window and on the whole desktop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QKeySequence

from app.errors import AppError
from app.settings.shortcuts import ShortcutSettings
from ui.features.feature import Feature, WindowContext
from ui.global_keys import GlobalKeys, why_impossible
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ShortcutsFeature(Feature):
    """Gives all actions their keys; the last feature in the list, when all actions are there."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._deeds = context.deeds
        self._settings = context.settings
        self._notice = context.notice
        self._keys = GlobalKeys(self)
        self._keys.pressed.connect(self._obey)
        context.preferences.add(self.tr("Shortcuts"), "keyboard", self._make_page)
        self._apply(context.settings.watch(ShortcutSettings, self._apply))

    def close(self) -> None:
        self._keys.close()

    def _make_page(self) -> QWidget:
        from ui.preferences.shortcuts_page import ShortcutsPage  # which the first window can spare

        reason = why_impossible(QGuiApplication.platformName(), os.environ)
        return ShortcutsPage(self._settings, self._deeds, reason)

    def _apply(self, settings: ShortcutSettings) -> None:
        chosen = {binding.action: binding.keys for binding in settings.window}
        for key, action in self._deeds.by_key.items():
            action.setShortcut(QKeySequence(chosen.get(key, self._deeds.default_keys(key))))
        try:
            refused = self._keys.follow(settings)
        except AppError as error:
            self._notice.show_notice(str(error), NoticeLevel.WARNING)
            return
        if refused:
            self._notice.show_notice(
                self.tr("Another program has the global shortcut {0}; choose another key.").format(
                    ", ".join(refused)
                ),
                NoticeLevel.WARNING,
            )

    def _obey(self, name: str) -> None:
        """Do what a global key asks for; what is not possible now is left."""
        if name == "start_stop":
            name = "start" if self._deeds.start.isEnabled() else "stop"
        self._deeds.by_key[name].trigger()
