"""The stream's clock stands still in a pause and lets go of everyone when it is stopped."""

from __future__ import annotations

import threading
import time

from app.capture.clock import StreamClock
from tests.support.waiting import wait_until


def test_time_waits_for_the_start() -> None:
    clock = StreamClock()
    reached = threading.Event()
    waiter = threading.Thread(target=lambda: clock.wait_until(0.0) and reached.set())
    waiter.start()
    assert not reached.wait(0.05)
    clock.start()
    waiter.join(5)
    assert reached.is_set()


def test_a_pause_is_left_out() -> None:
    clock = StreamClock()
    clock.start()
    clock.pause()
    paused_at_s = clock.now_s()
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 0.05, "time to pass")
    assert clock.now_s() == paused_at_s
    clock.start()
    assert clock.wait_until(paused_at_s + 0.02)
    assert clock.now_s() - paused_at_s >= 0.02


def test_a_second_start_changes_nothing() -> None:
    clock = StreamClock()
    clock.start()
    assert clock.wait_until(0.02)
    clock.start()
    assert clock.now_s() >= 0.02


def test_stop_lets_go_of_everyone() -> None:
    clock = StreamClock()
    results: list[bool] = []
    waiters = [
        threading.Thread(target=lambda: results.append(clock.wait_until(1e6))),
        threading.Thread(target=lambda: results.append(clock.wait_while_paused())),
    ]
    for waiter in waiters:
        waiter.start()
    clock.stop()
    for waiter in waiters:
        waiter.join(5)
    assert results == [False, False]


def test_a_clock_without_pace_waits_for_pauses_only() -> None:
    clock = StreamClock(is_paced=False)
    clock.start()
    assert clock.wait_until(1e6)
    clock.pause()
    results: list[bool] = []
    waiter = threading.Thread(target=lambda: results.append(clock.wait_until(0.0)))
    waiter.start()
    assert not results
    clock.start()
    waiter.join(5)
    assert results == [True]
