"""The page of general preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.features.feature import Feature, WindowContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class GeneralFeature(Feature):
    """Colours and language; `ui.main` applies them, for they concern the whole application."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._settings = context.settings
        context.preferences.add(self.tr("General"), "preferences", self._make_page)

    def _make_page(self) -> QWidget:
        from ui.preferences.general_page import GeneralPage  # which the first window can spare

        return GeneralPage(self._settings)
