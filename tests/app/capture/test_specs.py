"""Names of sources read back, and odd ones are explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture.specs import (
    FileSpec,
    MatchSpec,
    Region,
    ScreenSpec,
    SharedSpec,
    SourceSpec,
    UrlSpec,
    WebcamSpec,
    format_source,
    parse_source,
    public_source,
)
from app.errors import SourceError

regions = st.builds(
    Region,
    st.integers(-9999, 9999),
    st.integers(-9999, 9999),
    st.integers(1, 9999),
    st.integers(1, 9999),
)
specs = st.one_of(
    st.builds(MatchSpec, st.integers(0, 10**6)),
    st.builds(ScreenSpec, st.none() | regions),
    st.just(SharedSpec()),
    st.builds(WebcamSpec, st.integers(0, 20)),
)


@given(specs)
def test_a_written_source_reads_back(spec: SourceSpec) -> None:
    assert parse_source(format_source(spec)) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("match", MatchSpec(0)),
        ("screen", ScreenSpec(None)),
        ("shared", SharedSpec()),
        ("shared:film.mp4", FileSpec(Path("shared:film.mp4"))),
        ("webcam", WebcamSpec(0)),
        (" screen: -10, 5, 20, 30 ", ScreenSpec(Region(-10, 5, 20, 30))),
        ("game.mp4", FileSpec(Path("game.mp4"))),
        (r"C:\game.mp4", FileSpec(Path(r"C:\game.mp4"))),
        ("HTTP://camera/video", UrlSpec("HTTP://camera/video")),
        ("rtsp://user:pw@camera:554/live", UrlSpec("rtsp://user:pw@camera:554/live")),
    ],
)
def test_sources_are_read_as_people_write_them(text: str, spec: SourceSpec) -> None:
    assert parse_source(text) == spec


@pytest.mark.parametrize(
    "text",
    [
        *("", "match:x", "match:-1", "webcam:one", "screen:1,2,3", "screen:0,0,0,5", "webcam:²"),
        *("http://camera:99999/", "http://camera:one/", "http://[::1/"),
        *("~nobody.here/game.mp4", "~nobody.here"),
    ],
)
def test_what_does_not_fit_is_explained(text: str) -> None:
    with pytest.raises(SourceError, match=r"\.$"):
        parse_source(text)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("rtsp://me:se@cret@camera:554/1?id=a@b", "rtsp://camera:554/1?id=a@b"),
        ("http://camera/a@b", "http://camera/a@b"),
        ("you@here.mp4", "you@here.mp4"),
        ("match:7", "match:7"),
    ],
)
def test_user_and_password_are_not_for_others(text: str, public: str) -> None:
    assert public_source(parse_source(text)) == public
