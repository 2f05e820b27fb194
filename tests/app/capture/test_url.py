"""Streams served on loopback: motion JPEG that flows, ends, falls silent, or never starts."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app.capture.moments import open_moments
from app.capture.opencv import cv2
from app.capture.opening import open_source
from app.capture.specs import UrlSpec
from app.capture.url import UrlSource
from app.capture.video_file import VideoFileSource
from app.errors import SourceError
from tests.app.capture.videos import constant_times, number_of, numbered_image, write_video
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.web import WebServer


def _jpeg(number: int) -> bytes:
    encoded, data = cv2.imencode(".jpg", numbered_image(number % 256))
    assert encoded
    return data.tobytes()


def _endless() -> Iterator[bytes]:
    return map(_jpeg, itertools.count())


def test_pictures_flow_and_are_distinct(web_server: WebServer) -> None:
    url = web_server.serve_mjpeg("/live", _endless(), fps=50)
    with closing(UrlSource(url)) as source:
        assert source.info.is_live
        assert not source.is_file
        frames = [source.read(index / 10) for index in range(6)]
        glanced = source.glance(0.7)
    numbers = [number_of(frame.image) for frame in frames if frame is not None]
    assert len(numbers) == 6
    assert numbers == sorted(set(numbers))
    assert glanced is not None
    assert number_of(glanced) > numbers[-1]
    times = [frame.captured_at for frame in frames if frame is not None]
    assert times == sorted(times)


def test_the_end_of_a_stream_is_an_end(web_server: WebServer) -> None:
    url = web_server.serve_mjpeg("/short", map(_jpeg, range(40)), fps=100)
    with closing(UrlSource(url)) as source:
        frames = list(iter(lambda: source.read(0.0), None))
    assert frames


def test_a_stream_that_ended_long_before_is_an_end_too(web_server: WebServer) -> None:
    """While a model was loading, for instance."""
    url = web_server.serve_mjpeg("/over", map(_jpeg, range(10)), fps=100)
    with closing(UrlSource(url, read_timeout_s=1.0)) as source:
        wait_until(lambda: not _is_draining(), "the end of the stream")
        long_after_s = time.monotonic() + 1.0
        wait_until(lambda: time.monotonic() > long_after_s, "more than a picture may take")
        assert source.read(0.0) is None


def _is_draining() -> bool:
    return any(thread.name.startswith("drain-") for thread in threading.enumerate())


def test_a_stream_that_falls_silent_is_explained(web_server: WebServer) -> None:
    def falls_silent() -> Iterator[bytes]:
        yield from map(_jpeg, range(30))
        web_server.stopping.wait()

    url = web_server.serve_mjpeg("/silent", falls_silent(), fps=100)
    with closing(UrlSource(url, read_timeout_s=0.5)) as source:
        assert source.read(0.0) is not None
        with pytest.raises(SourceError, match=r"sent no picture for 0\.5 s"):
            list(iter(lambda: source.read(0.0), None))


def test_a_server_that_never_answers_is_explained(web_server: WebServer) -> None:
    url = web_server.serve_silence("/never")
    with pytest.raises(SourceError, match=r"gave no video within 0\.5 s"):
        UrlSource(url, open_timeout_s=0.5, read_timeout_s=0.5)


def test_nobody_there_is_explained_without_the_password() -> None:
    with pytest.raises(SourceError, match=r"127\.0\.0\.1:1/live cannot be opened") as caught:
        UrlSource("http://user:secret@127.0.0.1:1/live?token=secret", open_timeout_s=2.0)
    assert "secret" not in str(caught.value)


def test_a_file_on_a_server_is_read_as_a_file(web_server: WebServer, tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mkv", constant_times(25, 2.0), rate=25)
    url = web_server.serve_bytes("/clip.mkv", path.read_bytes(), "video/x-matroska")
    with closing(open_source(UrlSpec(url), sample_interval_s=0.5)) as source:
        assert isinstance(source, VideoFileSource)
        frames = [source.read(index / 2) for index in range(5)]
    assert [number_of(frame.image) for frame in frames if frame] == [0, 12, 25, 37]


def test_a_file_on_a_server_is_called_without_password_and_token(
    web_server: WebServer, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "clip.mkv", constant_times(25, 1.0), rate=25)
    url = web_server.serve_bytes("/clip.mkv?token=secret", path.read_bytes(), "video/x-matroska")
    spec = UrlSpec(url.replace("://", "://me:secret@"))
    with closing(open_source(spec, sample_interval_s=0.5)) as source:
        assert isinstance(source, VideoFileSource)
        assert source.info.label == url.partition("?")[0]


def test_a_file_that_is_gone_from_its_server_is_named_without_the_password() -> None:
    with pytest.raises(SourceError, match=r"127\.0\.0\.1:1/clip\.mkv cannot be played") as caught:
        open_moments(UrlSpec("http://me:secret@127.0.0.1:1/clip.mkv?token=secret"))
    assert "secret" not in str(caught.value)
