"""The source that asks `ui.sharing`, with another program in its place."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.capture.shared import (
    BROKE_OFF,
    NOT_HERE,
    NOT_INSTALLED,
    SharedSource,
    sharing_program,
)
from app.errors import SourceError
from tests.app.capture.scripted_sharing import REASON

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux desktops share")


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[int], list[str]]]:
    """Makes the command of a program of the given manner."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def command_of(manner: str) -> Callable[[int], list[str]]:
        module = "tests.app.capture.scripted_sharing"
        return lambda socket: [sys.executable, "-P", "-m", module, str(socket), manner]

    return command_of


def test_it_gives_the_newest_picture_and_a_still_one_again(
    scripted: Callable[[str], Callable[[int], list[str]]],
) -> None:
    with closing(SharedSource(command=scripted("shows"))) as source:
        before = time.time()
        first = source.read(0.0)
        assert before <= first.captured_at <= time.time()
        assert first.image.shape == (4, 6, 3)
        assert first.image.max() == 1  # opening has taken number 0
        assert source.glance(0.5).max() == 2
        assert source.info.is_live
        assert source.info.is_endless


def test_a_refusal_is_told_in_the_words_of_the_program(
    scripted: Callable[[str], Callable[[int], list[str]]],
) -> None:
    with pytest.raises(SourceError, match=REASON):
        SharedSource(command=scripted("refuses"))


def test_sharing_that_ends_later_is_told_too(
    scripted: Callable[[str], Callable[[int], list[str]]],
) -> None:
    with closing(SharedSource(command=scripted("ends"))) as source:
        source.read(0.0)
        with pytest.raises(SourceError, match=REASON):
            source.read(0.5)


@pytest.mark.parametrize("manner", ["dies", "hangs"])
def test_a_program_that_breaks_is_not_waited_for(
    scripted: Callable[[str], Callable[[int], list[str]]], manner: str
) -> None:
    with pytest.raises(SourceError, match=BROKE_OFF):
        SharedSource(command=scripted(manner), open_wait_s=1.0)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])  # nothing is installed there
    with pytest.raises(SourceError, match="pip install") as raised:
        sharing_program(3)
    assert str(raised.value) == NOT_INSTALLED
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SourceError) as raised:
        SharedSource()
    assert str(raised.value) == NOT_HERE
