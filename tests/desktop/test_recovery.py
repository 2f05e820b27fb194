"""The whole program is killed in the middle of a session; the next start recovers what was said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.errors import TranscriptError
from app.transcripts.journal import RECOVERED, read_journal
from tests import ROOT
from tests.desktop.test_window import ended, kibitz, press
from tests.engine.checkpoints import save_checkpoint
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from app.transcripts.journal import Transcript
    from tests.support.desktop import XServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills the way Linux does")

ROUNDS = 3


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Folders of a user of their own, as variables."""
    kinds = ("CACHE", "CONFIG", "DATA", "STATE")
    return {f"XDG_{kind}_HOME": str(tmp_path / kind.lower()) for kind in kinds}


def kept(home: dict[str, str]) -> Transcript | None:
    """What the only journal holds so far; None before it holds anything."""
    folder = Path(home["XDG_DATA_HOME"]) / "kibitz" / "transcripts"
    journals = list(folder.glob("*.jsonl"))
    try:
        return read_journal(journals[0]) if journals else None
    except TranscriptError:  # its first record is being written
        return None


def num_rounds(home: dict[str, str]) -> int:
    transcript = kept(home)
    return 0 if transcript is None else len(transcript.lines)


def test_a_killed_program_loses_nothing(
    desktop: XServer, tmp_path: Path, home: dict[str, str]
) -> None:
    model = save_checkpoint(tmp_path / "model")
    command = [sys.executable, "-m", "app", "window", "match:3", "--model", str(model)]
    environment = desktop.environment(**home)
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as program:
        try:
            wait_until(lambda: num_rounds(home) >= ROUNDS, "some rounds", 90)
        finally:
            os.killpg(program.pid, signal.SIGKILL)  # with the process of its session
    broken = kept(home)
    assert broken is not None
    assert broken.end is None
    with kibitz(desktop, **home) as program:
        wait_until(lambda: has_ended(home), "the recovery")
        press(desktop, "ctrl+q")
        assert ended(program) == 0
    recovered = kept(home)
    assert recovered is not None
    assert recovered.lines == broken.lines
    assert recovered.end is not None
    assert recovered.end.reason == RECOVERED


def has_ended(home: dict[str, str]) -> bool:
    transcript = kept(home)
    return transcript is not None and transcript.end is not None
