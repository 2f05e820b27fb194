"""The features of the main window, in the order in which they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.features.geometry import GeometryFeature
from ui.features.help import HelpFeature
from ui.features.match import MatchFeature
from ui.features.preferences import PreferencesFeature
from ui.features.sources import SourcesFeature
from ui.features.transcript import TranscriptFeature

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.features.feature import Feature, WindowContext

FEATURES: tuple[Callable[[WindowContext], Feature], ...] = (
    GeometryFeature,
    SourcesFeature,
    TranscriptFeature,
    MatchFeature,
    HelpFeature,
    PreferencesFeature,
)
