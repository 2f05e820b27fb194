"""The Preferences dialog's entry in the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.features.feature import Feature, WindowContext

if TYPE_CHECKING:
    from ui.preferences.dialog import PreferencesDialog


class PreferencesFeature(Feature):
    """Opens the dialog with the pages of all features."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._directory = context.preferences
        self._dialog: PreferencesDialog | None = None
        action = context.deeds.make(
            "preferences", self.tr("&Preferences…"), "preferences", "Ctrl+,"
        )
        action.setMenuRole(action.MenuRole.PreferencesRole)
        action.triggered.connect(self.show_preferences)
        context.menus.edit.addSeparator()
        context.menus.edit.addAction(action)
        self._directory.page_asked.connect(self.show_page)

    def show_preferences(self) -> None:
        """Open the dialog on the page that was shown last."""
        if self._dialog is None:
            from ui.preferences.dialog import PreferencesDialog  # the first window can spare it

            self._dialog = PreferencesDialog(self._directory.entries, self._window)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def show_page(self, title: str) -> None:
        """Open the dialog on one page."""
        self.show_preferences()
        assert self._dialog is not None
        self._dialog.show_page(title)

    def close(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
