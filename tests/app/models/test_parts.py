"""Parts of files that grow, are left behind and taken over; progress that is told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.manifest import ModelFile, part_path
from app.models.part_file import PartFile
from app.models.progress import DownloadProgress, ProgressMeter

if TYPE_CHECKING:
    from pathlib import Path


def _file(body: bytes, name: str = "weights") -> ModelFile:
    return ModelFile(name, len(body), hashlib.sha256(body).hexdigest(), "sha256")


def _ignore(_num_bytes: int) -> None:
    return


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=6))
def test_however_often_it_breaks_off_the_file_is_the_same(
    body: bytes, cuts: list[int], tmp_path: Path
) -> None:
    file = _file(body)
    (tmp_path / file.name).unlink(missing_ok=True)
    for cut in sorted(min(cut, len(body)) for cut in cuts):
        with PartFile(tmp_path, file, _ignore) as part:
            if cut > part.size:
                part.append(body[part.size : cut])
            assert part.size == cut
    with PartFile(tmp_path, file, _ignore) as part:
        part.append(body[part.size :])
        assert part.is_full
        assert part.finish()
    assert (tmp_path / file.name).read_bytes() == body
    assert not part_path(tmp_path, file).exists()


@pytest.mark.parametrize("left", [b"xbc", b"abcd"], ids=["changed", "too long"])
def test_what_is_not_the_file_never_gets_its_name(left: bytes, tmp_path: Path) -> None:
    file = _file(b"abc")
    part_path(tmp_path, file).write_bytes(left)
    with PartFile(tmp_path, file, _ignore) as part:
        assert not part.finish()
        assert part.size == 0
    assert not (tmp_path / file.name).exists()


def test_gits_own_checksum_is_known() -> None:
    body = b"hello\n"
    file = ModelFile("a", len(body), "ce013625030ba8dba906f756967f9e9ca394464a", "git-sha1")
    hasher = file.hasher()
    hasher.update(body)
    assert hasher.hexdigest() == file.digest  # as `git hash-object` says


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_speed_and_time_left_are_of_the_last_seconds() -> None:
    told: list[DownloadProgress] = []
    clock = Clock()
    meter = ProgressMeter(1_000_000, 400_000, told.append, clock)
    for _ in range(40):
        meter.arrived(5_000)
        clock.now_s += 0.5
    last = told[-1]
    assert last.done_bytes == 600_000
    assert last.fraction == 0.6
    assert last.bytes_per_s == pytest.approx(10_000, rel=0.2)
    assert last.seconds_left == pytest.approx(40, rel=0.2)
    meter.waits()
    assert (told[-1].phase, told[-1].seconds_left) == ("waiting", None)


def test_it_is_told_a_few_times_a_second_only() -> None:
    told: list[DownloadProgress] = []
    clock = Clock()
    meter = ProgressMeter(10_000, 0, told.append, clock)
    for _ in range(1000):
        meter.arrived(10)
        clock.now_s += 0.001
    assert 3 <= len(told) <= 5
