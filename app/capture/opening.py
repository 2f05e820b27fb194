"""From the name of a source to the opened source; each library loads only when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.specs import (
    FileSpec,
    MatchSpec,
    ScreenSpec,
    SharedSpec,
    SourceSpec,
    UrlSpec,
    WebcamSpec,
)

if TYPE_CHECKING:
    from app.capture.base import Source
    from app.capture.masks import Masks


def open_source(
    spec: SourceSpec, *, sample_interval_s: float, masks: Masks | None = None
) -> Source:
    """The opened source, ready to be asked for its first picture.

    Args:
        spec: Which one.
        sample_interval_s: Time between the pictures that it will be asked for.
        masks: What a screen must not show.

    Raises:
        SourceError: It cannot be opened.
    """
    match spec:
        case MatchSpec(seed):
            from app.capture.match import MatchSource

            return MatchSource(seed)
        case ScreenSpec(region):
            from app.capture.screen import ScreenSource

            return ScreenSource(region, masks)
        case SharedSpec():
            from app.capture.shared import SharedSource

            return SharedSource()
        case WebcamSpec(index):
            from app.capture.webcam import WebcamSource

            return WebcamSource(index)
        case FileSpec(path):
            from app.capture.video_file import VideoFileSource

            return VideoFileSource(path, sample_interval_s=sample_interval_s)
        case UrlSpec(url):
            return _open_url(url, sample_interval_s)


def _open_url(url: str, sample_interval_s: float) -> Source:
    """A live stream, or a file on a server, which must not be raced through to its newest frame."""
    from app.capture.url import UrlSource

    stream = UrlSource(url)
    if not stream.is_file:
        return stream
    stream.close()
    from app.capture.video_file import VideoFileSource

    return VideoFileSource(url, sample_interval_s=sample_interval_s)
