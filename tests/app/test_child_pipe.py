"""Messages of a child process, and its death."""

from __future__ import annotations

import multiprocessing
import os
import time

import pytest

from app.child_pipe import ending_of, receive


def test_a_death_is_noticed_although_the_childs_end_is_held_here() -> None:
    """As on Windows, until a child has taken it over."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=os._exit, args=(3,))
    process.start()
    there.send("sent before")
    assert receive(here, process) == "sent before"
    with pytest.raises(EOFError):
        receive(here, process)
    process.join()
    assert ending_of(process) == "exit code 3"


def test_a_kill_is_told_by_its_signal() -> None:
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,))
    process.start()
    process.kill()
    process.join()
    assert ending_of(process) in {"signal 9", "exit code 1"}  # the second is Windows' way
