"""Which sources are remembered between starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.capture.specs import (
    FileSpec,
    ScreenSpec,
    SourceSpec,
    UrlSpec,
    format_source,
    parse_source,
    public_source,
)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """The newest choices, as `parse_source` reads them.

    Attributes:
        source: What was watched last; empty before the first time.
        region: The region that was selected last, as a screen source.
        file: The video file that was chosen last.
        url: The address that was chosen last; one that holds a password is never kept.

    Raises:
        SourceError: One of them cannot be read.
    """

    SECTION: ClassVar[str] = "source"

    source: str = ""
    region: str = ""
    file: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        for text in (self.source, self.region, self.file, self.url):
            if text:
                parse_source(text)

    @property
    def specs(self) -> tuple[SourceSpec, ...]:
        """What is remembered, the source that was watched last at the end."""
        texts = (self.region, self.file, self.url, self.source)
        return tuple(parse_source(text) for text in texts if text)

    def with_source(self, spec: SourceSpec) -> SourceSettings:
        """The settings once `spec` was watched."""
        text = format_source(spec)
        if text != public_source(spec):
            return self
        match spec:
            case ScreenSpec(region) if region is not None:
                return SourceSettings(text, text, self.file, self.url)
            case FileSpec():
                return SourceSettings(text, self.region, text, self.url)
            case UrlSpec():
                return SourceSettings(text, self.region, self.file, text)
            case _:
                return SourceSettings(text, self.region, self.file, self.url)

    def with_region(self, spec: ScreenSpec) -> SourceSettings:
        """The settings once a region was selected."""
        return SourceSettings(self.source, format_source(spec), self.file, self.url)
