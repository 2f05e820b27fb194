from __future__ import annotations

import queue
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.capture.specs import FileSpec, MatchSpec, Region, ScreenSpec, SourceSpec
from app.capture.thumbnail_process import ThumbnailProcess
from app.capture.thumbnails import LARGEST_PX, Taker, Thumbnail, shrunk
from tests.app.capture.painted_window import COLOUR, painted_window
from tests.app.capture.videos import constant_times, number_of, write_video
from tests.support.processes import running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.desktop import XServer

TIMEOUT_S = 60.0
WINDOW = Region(100, 80, 320, 240)


def test_screens_and_regions_are_looked_at_again_and_again(x_server: XServer) -> None:
    told: queue.SimpleQueue[Thumbnail] = queue.SimpleQueue()
    specs: tuple[SourceSpec, ...] = (ScreenSpec(), ScreenSpec(WINDOW))
    with closing(ThumbnailProcess(told.put)) as process:
        process.want(specs)
        first = [told.get(timeout=TIMEOUT_S) for _ in specs]
        assert [thumbnail.spec for thumbnail in first] == list(specs)
        assert all(t.image is not None and not t.image.any() for t in first)  # an empty desktop
        with running(painted_window(0b10110010, WINDOW), x_server.environment()):
            wait_until(lambda: shows_window(told.get(timeout=TIMEOUT_S)), "the window", TIMEOUT_S)


def shows_window(thumbnail: Thumbnail) -> bool:
    image = thumbnail.image
    return (
        thumbnail.spec == ScreenSpec(WINDOW)
        and image is not None
        and number_of(image) == 0b10110010
        and bool((np.abs(image.astype(int) - COLOUR) < 9).all(axis=2).any())
    )


def test_what_is_not_wanted_any_more_is_not_told_of() -> None:
    told: queue.SimpleQueue[Thumbnail] = queue.SimpleQueue()
    with closing(ThumbnailProcess(told.put)) as process:
        process.want([MatchSpec(1)])
        assert told.get(timeout=TIMEOUT_S).spec == MatchSpec(1)
        process.want([MatchSpec(2)])
        wait_until(lambda: told.get(timeout=TIMEOUT_S).spec == MatchSpec(2), "the other match")
        assert told.get(timeout=TIMEOUT_S).spec == MatchSpec(2)


def test_a_process_that_is_closed_at_once_ends() -> None:
    process = ThumbnailProcess(queue.SimpleQueue[Thumbnail]().put)
    process.close()
    process.want([MatchSpec(1)])


def test_the_match_goes_on_and_a_file_stands_still(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    write_video(video, constant_times(25, 4.0), rate=25)
    taker = Taker()
    match = [taker.take(MatchSpec(3)).image for _ in range(2)]
    assert match[0] is not None
    assert match[1] is not None
    assert (match[0] != match[1]).any()
    stills = [taker.take(FileSpec(video)).image for _ in range(2)]
    assert stills[0] is not None
    assert number_of(stills[0]) == 50  # two seconds into it
    assert stills[0] is stills[1]


def test_what_cannot_be_opened_says_why_and_is_not_tried_again_at_once(tmp_path: Path) -> None:
    taker = Taker()
    spec = FileSpec(tmp_path / "none.mp4")
    first = taker.take(spec)
    assert first.image is None
    assert "There is no file" in first.failure
    assert taker.take(spec) is first


@pytest.mark.parametrize("size", [(1080, 1920), (4000, 300), (90, 160), (1, 5000)])
def test_a_thumbnail_is_small_and_keeps_its_shape(size: tuple[int, int]) -> None:
    height, width, _ = shrunk(np.zeros((*size, 3), np.uint8)).shape
    assert width <= LARGEST_PX[0]
    assert height <= LARGEST_PX[1]
    scale = min(LARGEST_PX[0] / size[1], LARGEST_PX[1] / size[0], 1.0)
    assert abs(height - size[0] * scale) <= 1
    assert abs(width - size[1] * scale) <= 1
