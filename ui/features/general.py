"""The page of general preferences."""

from __future__ import annotations

from ui.features.feature import Feature, WindowContext
from ui.preferences.general_page import GeneralPage


class GeneralFeature(Feature):
    """Colours and language; `ui.main` applies them, for they concern the whole application."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        context.preferences.add(
            self.tr("General"), "preferences", lambda: GeneralPage(context.settings)
        )
