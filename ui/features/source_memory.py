"""Offering again at the next start what was chosen at the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.settings import SourceSettings
from app.capture.specs import WebcamSpec
from app.errors import AppError
from ui.features.feature import Feature, WindowContext

if TYPE_CHECKING:
    from app.capture.specs import SourceSpec
    from ui.session_bridge import SessionBridge


class SourceMemoryFeature(Feature):
    """Fills the pages of the source panel, and keeps what is watched or selected."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._picker = context.choice.source
        self._settings = context.settings
        for spec in self._settings.get(SourceSettings).specs:
            self._offer(spec)
        context.commentary.began.connect(self._keep_source)

    def close(self) -> None:
        """Keep the region, even where nobody watched it."""
        try:
            region = self._picker.region.spec()
        except AppError:  # none was selected
            return
        kept = self._settings.get(SourceSettings)
        self._settings.put(kept.with_region(region))

    def _offer(self, spec: SourceSpec) -> None:
        if isinstance(spec, WebcamSpec):  # chosen, it would light up at the start
            self._picker.webcam.set_spec(spec)
        else:
            self._picker.set_spec(spec)

    def _keep_source(self, bridge: SessionBridge) -> None:
        kept = self._settings.get(SourceSettings)
        self._settings.put(kept.with_source(bridge.session.request.source))
