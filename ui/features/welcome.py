"""The first start: two clicks to live commentary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ui.features.feature import Feature, WindowContext
from ui.widgets.welcome_page import Choice, WelcomePage


@dataclass(frozen=True, slots=True)
class WelcomeSettings:
    """Whether the person found the way to commentary once."""

    SECTION: ClassVar[str] = "welcome"

    is_done: bool = False


class WelcomeFeature(Feature):
    """Shows the welcome page on the stage until a session begins for the first time."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._context = context
        if context.settings.get(WelcomeSettings).is_done:
            return
        page = WelcomePage(self._choices(), context.deeds.start)
        page.chosen.connect(self._choose)
        context.stage.set_invitation(page)
        context.commentary.began.connect(self._end)

    def _choices(self) -> tuple[Choice, ...]:
        needs_model = self.tr("For anything but the match, choose a large model on the left.")
        return (
            Choice(
                self.tr("Built-in match"),
                "match",
                self.tr("A small football game that the bundled model knows. Runs anywhere."),
            ),
            Choice(self.tr("My screen"), "screen", needs_model),
            Choice(self.tr("A webcam"), "webcam", needs_model),
            Choice(self.tr("A video file…"), "film", needs_model),
        )

    def _choose(self, number: int) -> None:
        picker = self._context.choice.source
        pages = (picker.match, picker.screen_page, picker.webcam, picker.file)
        picker.choose(pages[number])
        if pages[number] is picker.file:
            picker.file.field.open_dialog()

    def _end(self) -> None:
        if not self._context.settings.get(WelcomeSettings).is_done:
            self._context.settings.put(WelcomeSettings(is_done=True))
            self._context.stage.set_invitation(None)
