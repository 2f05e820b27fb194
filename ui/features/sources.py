"""What the source panel needs from outside itself: the screen, the cameras, file dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.capture.specs import MatchSpec
from ui.camera_search import CameraSearch
from ui.features.feature import Feature, WindowContext
from ui.region_selector import RegionSelection

if TYPE_CHECKING:
    from app.capture.specs import Region
    from app.capture.webcam import WebcamName

_BEHIND_THE_WINDOW_MS = 250  # until the desktop has painted what was behind the hidden window


class SourcesFeature(Feature):
    """Lets a person choose and start a source by other means than the list of kinds."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._picker = context.choice.source
        self._starter = context.starter
        self._regions = RegionSelection(self)
        self._cameras = CameraSearch(self)
        self._picker.selection_asked.connect(self.select_region)
        self._picker.cameras_asked.connect(self._cameras.start)
        self._picker.activated.connect(self._starter.start)
        self._cameras.found.connect(self._offer_cameras)
        self._regions.selected.connect(self._take_region)
        self._regions.finished.connect(self._window.show)
        context.stage.match_asked.connect(self._watch_match)
        context.deeds.open_video.triggered.connect(self.open_video)

    def select_region(self) -> None:
        """Step aside and let the person drag a region over the screen."""
        self._window.hide()
        QTimer.singleShot(_BEHIND_THE_WINDOW_MS, self._regions.open)

    def open_video(self) -> None:
        """Let the person choose a video file, and start."""
        self._picker.choose(self._picker.file)
        dialog = self._picker.file.field.open_dialog()
        dialog.accepted.connect(self._starter.start)

    def close(self) -> None:
        self._cameras.wait()

    def _watch_match(self) -> None:
        self._starter.watch(MatchSpec(self._picker.match.spec().seed))

    def _take_region(self, region: Region) -> None:
        self._picker.set_region(region)

    def _offer_cameras(self, cameras: tuple[WebcamName, ...]) -> None:
        self._picker.webcam.set_cameras({camera.index: camera.name for camera in cameras})
