"""Any moment of a source that can be played again, in any order."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.capture.moments import MatchMoments, VideoMoments, open_moments
from app.capture.specs import FileSpec, ScreenSpec, SourceSpec, WebcamSpec
from app.errors import SourceError
from tests.app.capture.videos import constant_times, number_of, write_video

if TYPE_CHECKING:
    from pathlib import Path

FPS = 10


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds; frame N is shown from N / 10 s on."""
    path = tmp_path_factory.mktemp("video") / "numbers.mp4"
    return write_video(path, constant_times(FPS, 10), rate=FPS)


def test_moments_come_in_any_order(video: Path) -> None:
    moments = VideoMoments(video)
    times = (0.0, 0.55, 9.05, 3.3, 3.31, 7.95, 0.0, 2.0)
    assert [number_of(moments.picture_at(time_s)) for time_s in times] == [
        0, 5, 90, 33, 33, 79, 0, 20,
    ]  # fmt: skip
    assert moments.length_s == pytest.approx(10, abs=0.1)
    moments.close()


def test_after_the_end_the_last_picture_stays(video: Path) -> None:
    moments = open_moments(FileSpec(video))
    assert number_of(moments.picture_at(99.0)) == 99
    assert number_of(moments.picture_at(1.0)) == 10
    moments.close()


def test_times_start_with_the_first_picture(tmp_path: Path) -> None:
    late = [time + Fraction(5) for time in constant_times(FPS, 4)]
    moments = VideoMoments(write_video(tmp_path / "late.mkv", late, rate=FPS))
    assert [number_of(moments.picture_at(time_s)) for time_s in (2.5, 0.0)] == [25, 0]
    moments.close()


def test_the_match_is_played_again() -> None:
    moments = MatchMoments(3)
    first, later = moments.picture_at(1.0), moments.picture_at(8.0)
    assert np.array_equal(moments.picture_at(1.0), first)
    assert not np.array_equal(first, later)
    moments.close()


@pytest.mark.parametrize("spec", [ScreenSpec(), WebcamSpec(0)])
def test_what_was_live_is_gone(spec: SourceSpec) -> None:
    with pytest.raises(SourceError, match="was live"):
        open_moments(spec)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no file .*gone\.mp4"):
        open_moments(FileSpec(tmp_path / "gone.mp4"))
