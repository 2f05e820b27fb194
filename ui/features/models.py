"""Models: the list of them, and which one comments at which precision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.errors import AppError, ModelError
from ui.actions import own_keys
from ui.features.feature import Feature, WindowContext
from ui.models.keeper import ModelKeeper

if TYPE_CHECKING:
    from app.session.request import SessionRequest
    from ui.models.window import ModelsWindow

_FIRST_LOOK_MS = 1000  # once the window stands


class ModelsFeature(Feature):
    """Keeps the picker at the side and the list of models in step."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._picker = context.choice.model
        self.keeper = ModelKeeper(context.settings, self)
        self._list: ModelsWindow | None = None
        keys = own_keys("Ctrl+M", on_macos="Ctrl+Shift+M")  # Command+M minimises the window
        show = context.deeds.make("models", self.tr("&Models…"), "model", keys)
        show.triggered.connect(self.show_models)
        context.menus.add_to_file(show)
        self._picker.models_asked.connect(self.show_models)
        self._picker.set_model(self.keeper.choice.model)
        self._picker.chosen.connect(self._note_choice)
        self.keeper.changed.connect(self._follow)
        context.starter.amend(self._amend)
        self._first_look = QTimer(self, singleShot=True, interval=_FIRST_LOOK_MS)
        self._first_look.timeout.connect(self.keeper.look)
        self._first_look.start()

    @property
    def window(self) -> ModelsWindow | None:
        """The list; None before it was first shown."""
        return self._list

    def show_models(self) -> None:
        """Open the list of models."""
        from ui.models.window import ModelsWindow  # which the first window can spare

        if self._list is None:
            self._list = ModelsWindow(self.keeper, self._window)
        self._list.show()
        self._list.raise_()
        self._list.activateWindow()

    def close(self) -> None:
        self._first_look.stop()
        if self._list is not None:
            self._list.close()
        self.keeper.close()

    def _follow(self) -> None:
        here = (shown.entry.name for shown in self.keeper.overviews if shown.place.is_usable)
        self._picker.set_installed(here)
        if self._picked() != self.keeper.choice.model:
            self._picker.set_model(self.keeper.choice.model)

    def _note_choice(self) -> None:
        model = self._picked()
        if model is not None:
            self.keeper.use(model)

    def _picked(self) -> str | None:
        """What the picker says; None while it is half typed, of which starting a session tells."""
        try:
            return self._picker.model()
        except AppError:
            return None

    def _amend(self, request: SessionRequest) -> SessionRequest:
        """Add the precision; a model that is known not to be here opens the list of models."""
        for shown in self.keeper.overviews:
            if shown.entry.name == request.model and not shown.place.is_usable:
                self.show_models()
                raise ModelError(
                    self.tr("{0} is not on this machine yet; download it first.").format(
                        shown.entry.title
                    )
                )
        return replace(request, precision=self.keeper.choice.precision)
