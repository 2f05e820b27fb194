"""Time of work on one device and on several."""

from __future__ import annotations

import time

import pytest
import torch

from engine.stages import SlowestStopwatch, StageClock, WallStopwatch, start_stopwatch

CPU = torch.device("cpu")


class Told:
    """Says what it was told to."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self.stops = seconds, 0

    def stop(self) -> None:
        self.stops += 1

    def seconds(self) -> float:
        return self._seconds


def test_of_several_devices_the_slowest_counts() -> None:
    each = [Told(0.5), Told(2.0), Told(1.0)]
    stopwatch = SlowestStopwatch(each)
    stopwatch.stop()
    assert stopwatch.seconds() == 2.0
    assert [told.stops for told in each] == [1, 1, 1]


def test_one_device_has_a_stopwatch_of_its_own() -> None:
    assert isinstance(start_stopwatch(CPU), WallStopwatch)
    assert isinstance(start_stopwatch(CPU, torch.device("cpu", 0)), SlowestStopwatch)


def test_stages_take_no_longer_than_the_work_and_what_lies_between_is_not_counted() -> None:
    clock, begun = StageClock([CPU, torch.device("cpu", 0)]), time.perf_counter()
    for _ in range(2):
        with clock.stage("decode"):
            time.sleep(0.01)
        time.sleep(0.05)
    whole, timing = time.perf_counter() - begun, clock.timing()
    assert len(timing.token_s) == 2
    assert 0.02 <= timing.decode_s <= whole - 0.1
    assert timing.evict_s == 0


@pytest.mark.gpu
def test_a_second_card_is_waited_for() -> None:
    if torch.cuda.device_count() < 2:
        pytest.skip("needs two CUDA devices")
    first, second = (torch.device("cuda", index) for index in range(2))
    busy = torch.ones((2000, 2000), device=second)
    busy @ busy  # loads what it needs
    both, alone = start_stopwatch(first, second), start_stopwatch(first)
    for _ in range(50):
        busy @ busy
    both.stop()
    alone.stop()
    assert both.seconds() > alone.seconds()
