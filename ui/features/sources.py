"""What the source panel needs from outside: cameras, file dialogs, what the screen allows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.capture.access import ScreenWay, screen_access_here
from app.capture.specs import MatchSpec
from ui.camera_search import CameraSearch
from ui.features.feature import Feature, WindowContext

if TYPE_CHECKING:
    from app.capture.webcam import WebcamName


class SourcesFeature(Feature):
    """Lets a person choose and start a source by other means than the list of kinds."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._picker = context.choice.source
        self._starter = context.starter
        self._cameras = CameraSearch(self)
        self._picker.cameras_asked.connect(self._search_cameras)
        self._picker.activated.connect(self._starter.start)
        self._cameras.found.connect(self._offer_cameras)
        context.stage.match_asked.connect(self._watch_match)
        context.deeds.open_video.triggered.connect(self.open_video)
        self._explain_screen()

    def open_video(self) -> None:
        """Let the person choose a video file, and start."""
        self._picker.choose(self._picker.file)
        dialog = self._picker.file.field.open_dialog()
        dialog.accepted.connect(self._starter.start)

    def close(self) -> None:
        self._cameras.wait()

    def _explain_screen(self) -> None:
        """Say what this desktop does not allow, before somebody tries it."""
        access = screen_access_here()
        if access.way is ScreenWay.PORTAL:
            self._picker.offer_shared()
        self._picker.screen_page.explain(access.hint)
        if not access.has_regions:
            self._picker.region.forbid(access.hint)

    def _watch_match(self) -> None:
        self._starter.watch(MatchSpec(self._picker.match.spec().seed))

    def _search_cameras(self) -> None:
        if sys.platform != "linux":  # which keeps a list; elsewhere each is opened
            self._picker.give_cameras_back()
        self._cameras.start()

    def _offer_cameras(self, cameras: tuple[WebcamName, ...]) -> None:
        self._picker.webcam.set_cameras({camera.index: camera.name for camera in cameras})
