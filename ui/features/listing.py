"""The features of the main window, in the order in which they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.features.general import GeneralFeature
from ui.features.geometry import GeometryFeature
from ui.features.help import HelpFeature
from ui.features.history import HistoryFeature
from ui.features.indicator import IndicatorFeature
from ui.features.match import MatchFeature
from ui.features.meters import MetersFeature
from ui.features.models import ModelsFeature
from ui.features.overlay import OverlayFeature
from ui.features.own_windows import OwnWindowsFeature
from ui.features.position import PositionFeature
from ui.features.preferences import PreferencesFeature
from ui.features.privacy import PrivacyFeature
from ui.features.regions import RegionsFeature
from ui.features.shortcuts import ShortcutsFeature
from ui.features.source_memory import SourceMemoryFeature
from ui.features.sources import SourcesFeature
from ui.features.speech import SpeechFeature
from ui.features.steering import SteeringFeature
from ui.features.streaming import StreamingFeature
from ui.features.subtitles import SubtitlesFeature
from ui.features.thumbnails import ThumbnailsFeature
from ui.features.transcript import TranscriptFeature
from ui.features.tray import TrayFeature
from ui.features.welcome import WelcomeFeature

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.features.feature import Feature, WindowContext

FEATURES: tuple[Callable[[WindowContext], Feature], ...] = (
    GeometryFeature,
    GeneralFeature,
    SourcesFeature,
    SourceMemoryFeature,
    RegionsFeature,
    ThumbnailsFeature,
    PositionFeature,
    ModelsFeature,
    SubtitlesFeature,
    OverlayFeature,
    SpeechFeature,
    StreamingFeature,
    OwnWindowsFeature,
    TranscriptFeature,
    SteeringFeature,
    MetersFeature,
    HistoryFeature,
    MatchFeature,
    HelpFeature,
    PreferencesFeature,
    WelcomeFeature,
    PrivacyFeature,
    IndicatorFeature,
    TrayFeature,
    ShortcutsFeature,  # last: it gives keys to the actions of all others
)
