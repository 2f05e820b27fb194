"""Names of sources: the words a person types, `match:7` or `screen:0,0,640,360`, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.errors import SourceError
from app.paths import typed_path

if TYPE_CHECKING:
    from pathlib import Path

SOURCE_HELP = (
    "match, match:SEED, screen, screen:X,Y,WIDTH,HEIGHT, shared, webcam:NUMBER, a video file, "
    "or a URL (http, https, rtsp, rtmp, udp)"
)

_URL = re.compile(r"(https?|rtsps?|rtmps?|udp|tcp|srt)://", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=://)[^/?#]*@")
_REGION = re.compile(r"(-?\d+),(-?\d+),(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class MatchSpec:
    """The built-in match."""

    seed: int = 0


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the desktop in physical pixels; the origin is the primary monitor's corner."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        if self.width_px < 1 or self.height_px < 1:
            raise SourceError(
                f"A screen region needs a width and a height of at least 1 pixel, "
                f"not {self.width_px} x {self.height_px}."
            )

    def overlap(self, other: Region) -> Region | None:
        """The part that both share, None where they share none."""
        left = max(self.left_px, other.left_px)
        top = max(self.top_px, other.top_px)
        right = min(self.left_px + self.width_px, other.left_px + other.width_px)
        bottom = min(self.top_px + self.height_px, other.top_px + other.height_px)
        if right <= left or bottom <= top:
            return None
        return Region(left, top, right - left, bottom - top)

    def around(self, other: Region) -> Region:
        """The smallest rectangle that holds both."""
        left, top = min(self.left_px, other.left_px), min(self.top_px, other.top_px)
        right = max(self.left_px + self.width_px, other.left_px + other.width_px)
        bottom = max(self.top_px + self.height_px, other.top_px + other.height_px)
        return Region(left, top, right - left, bottom - top)

    def __str__(self) -> str:
        return f"{self.left_px},{self.top_px},{self.width_px},{self.height_px}"


@dataclass(frozen=True, slots=True)
class ScreenSpec:
    """A region of the desktop, or all monitors together where `region` is None."""

    region: Region | None = None


@dataclass(frozen=True, slots=True)
class SharedSpec:
    """A screen that the person shares by the desktop's dialog, as on Wayland; chosen there."""


@dataclass(frozen=True, slots=True)
class WebcamSpec:
    """A camera by its number."""

    index: int = 0


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A video file."""

    path: Path


@dataclass(frozen=True, slots=True)
class UrlSpec:
    """A video stream on the network."""

    url: str

    def __post_init__(self) -> None:
        try:
            _ = urlsplit(self.url).port
        except ValueError as error:
            raise SourceError(f"This address cannot be read, check it: {error}.") from error


SourceSpec = MatchSpec | ScreenSpec | SharedSpec | WebcamSpec | FileSpec | UrlSpec


def parse_source(text: str) -> SourceSpec:
    """Read a source as a person writes it.

    A word with a colon that names no known kind is taken for a file, so that any path works.

    Raises:
        SourceError: The words after the colon do not fit, or the file is in nobody's home folder.
    """
    text = text.strip()
    if not text:
        raise SourceError(f"No source was named; choose one of: {SOURCE_HELP}.")
    if _URL.match(text):
        return UrlSpec(text)
    kind, _, rest = text.partition(":")
    match kind:
        case "match":
            return MatchSpec(_number(rest, text) if rest else 0)
        case "screen":
            return ScreenSpec(_region(rest) if rest else None)
        case "shared" if not rest:
            return SharedSpec()
        case "webcam":
            return WebcamSpec(_number(rest, text) if rest else 0)
        case _:
            return FileSpec(typed_path(text, SourceError))


def format_source(spec: SourceSpec) -> str:
    """The words that `parse_source` reads back as `spec`."""
    match spec:
        case MatchSpec(seed):
            return f"match:{seed}"
        case ScreenSpec(region):
            return "screen" if region is None else f"screen:{region}"
        case SharedSpec():
            return "shared"
        case WebcamSpec(index):
            return f"webcam:{index}"
        case FileSpec(path):
            return str(path)
        case UrlSpec(url):
            return url


def public_source(spec: SourceSpec) -> str:
    """The same without user and password, which belong in no file; it can be opened again."""
    text = format_source(spec)
    return _LOGIN.sub("", text) if isinstance(spec, UrlSpec) else text


def public_address(url: str) -> str:
    """An address without user, password and query: what messages call it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _number(digits: str, text: str) -> int:
    if not (digits.isascii() and digits.isdigit()):
        raise SourceError(f"{text!r} needs a whole number after the colon, such as 0.")
    return int(digits)


def _region(rest: str) -> Region:
    found = _REGION.fullmatch(rest.replace(" ", ""))
    if found is None:
        raise SourceError(
            f"A screen region is written screen:X,Y,WIDTH,HEIGHT in pixels, not {rest!r}."
        )
    left, top, width, height = map(int, found.groups())
    return Region(left, top, width, height)
