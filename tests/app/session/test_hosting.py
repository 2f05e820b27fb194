from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.capture.screen import ScreenSource
from app.capture.specs import FileSpec, MatchSpec, Region, ScreenSpec
from app.errors import SessionStateError
from app.session.host import LARGEST_PREVIEW_PX, portable
from app.session.hosting import SessionHost
from app.session.messages import (
    FrameShown,
    LineSpoken,
    MetersUpdated,
    SessionFailed,
    SourceOpened,
    StateChanged,
    TranscriptSaved,
)
from app.session.request import SessionRequest
from app.session.state import SessionState
from app.transcripts.journal import read_journal
from tests import ROOT
from tests.app.capture.painted_window import painted_window
from tests.engine.checkpoints import save_checkpoint
from tests.support.processes import running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.session.hosted import HostedSession
    from tests.support.desktop import XServer


@pytest.fixture
def host() -> Iterator[SessionHost]:
    host = SessionHost()
    yield host
    host.close()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small random checkpoint."""
    return str(save_checkpoint(tmp_path_factory.mktemp("model")))


def started(host: SessionHost, request: SessionRequest) -> HostedSession:
    session = host(request)
    session.start()
    return session


def test_a_session_runs_in_the_child_and_tells_everything(
    host: SessionHost, model: str, tmp_path: Path
) -> None:
    request = SessionRequest(
        MatchSpec(3), model=model, seconds=2, pace="max", output_folder=tmp_path, preview_fps=5
    )
    session = started(host, request)
    messages = list(session.messages())
    assert host.process_id != os.getpid()
    assert messages[0] == StateChanged(SessionState.LOADING)
    assert any(isinstance(message, SourceOpened) for message in messages)
    assert sum(isinstance(message, MetersUpdated) for message in messages) == 2
    assert session.state is SessionState.STOPPED
    lines = [message.line for message in messages if isinstance(message, LineSpoken)]
    assert session.transcript == tuple(lines)
    (saved,) = [message for message in messages if isinstance(message, TranscriptSaved)]
    assert saved.paths[0].parent == tmp_path


def test_the_same_child_runs_the_next_session(host: SessionHost, tmp_path: Path) -> None:
    missing = SessionRequest(FileSpec(tmp_path / "missing.mp4"))
    first = list(started(host, missing).messages())
    process = host.process_id
    second = list(started(host, missing).messages())
    assert isinstance(first[-1], SessionFailed)
    assert "missing.mp4" in first[-1].message
    assert second == first
    assert host.process_id == process


def test_stop_while_the_model_loads_ends_the_session(host: SessionHost, model: str) -> None:
    session = started(host, SessionRequest(MatchSpec(1), model=model))
    messages = session.messages()
    while not isinstance(next(messages), SourceOpened):
        pass
    session.stop()
    assert list(messages)[-1].state is SessionState.STOPPED  # type: ignore[union-attr]


def test_stop_before_the_start_is_an_end(host: SessionHost) -> None:
    session = host(SessionRequest(MatchSpec(1)))
    session.stop()
    assert list(session.messages()) == []
    assert session.state is SessionState.STOPPED
    with pytest.raises(SessionStateError):
        session.start()


@pytest.mark.skipif(sys.platform == "win32", reason="kills the way Linux does")
def test_a_child_that_dies_fails_its_session_and_not_the_next_one(
    host: SessionHost, model: str, tmp_path: Path
) -> None:
    session = started(host, SessionRequest(MatchSpec(1), model=model))
    messages = session.messages()
    while not isinstance(next(messages), SourceOpened):
        pass
    dead = host.process_id
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    last = list(messages)[-1]
    assert isinstance(last, SessionFailed)
    assert "signal 9" in last.message
    assert session.state is SessionState.FAILED
    again = started(host, SessionRequest(FileSpec(tmp_path / "missing.mp4")))
    assert "missing.mp4" in str(list(again.messages())[-1])
    assert host.process_id != dead


@pytest.mark.skipif(sys.platform == "win32", reason="kills the way Linux does")
def test_the_child_does_not_outlive_a_window_that_is_killed() -> None:
    program = (
        "import sys; from app.session.hosting import SessionHost\n"
        "host = SessionHost(); host.prepare(); print(host.process_id, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as window:
        assert window.stdout is not None
        child = int(window.stdout.readline())
        window.kill()
    wait_until(lambda: not is_running(child), "the child's end", timeout_s=30)


@pytest.mark.skipif(sys.platform == "win32", reason="kills the way Linux does")
def test_the_session_of_a_window_that_is_killed_ends_in_order(model: str, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from app.capture.specs import MatchSpec\n"
        "from app.session.hosting import SessionHost\n"
        "from app.session.messages import MetersUpdated\n"
        "from app.session.request import SessionRequest\n"
        "folder, model = Path(sys.argv[1]), sys.argv[2]\n"
        "host = SessionHost()\n"
        "request = SessionRequest(MatchSpec(1), model=model, pace='max', output_folder=folder)\n"
        "session = host(request); session.start(); messages = session.messages()\n"
        "while not isinstance(next(messages), MetersUpdated): pass\n"
        "print(host.process_id, flush=True); list(messages)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path), model]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        child = int(window.stdout.readline())
        window.kill()
    wait_until(lambda: not is_running(child), "the child's end", timeout_s=30)
    (journal,) = tmp_path.glob("*.jsonl")
    assert read_journal(journal).end is not None


def is_running(process_id: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    status = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process_id)], check=False, capture_output=True, text=True
    ).stdout
    return not status.strip().startswith("Z") and bool(status.strip())


def test_large_pictures_are_made_small_for_the_pipe() -> None:
    frame = FrameShown(np.full((1080, 1920, 3), 7, np.uint8), 1.5)
    sent = portable(frame)
    assert isinstance(sent, FrameShown)
    assert sent.image.shape == (LARGEST_PREVIEW_PX[1], LARGEST_PREVIEW_PX[0], 3)
    assert sent.time_s == 1.5
    assert (sent.image == 7).all()
    small = FrameShown(np.zeros((112, 168, 3), np.uint8), 0.0)
    assert portable(small) is small


def test_what_is_masked_reaches_nobody(
    host: SessionHost, x_server: XServer, model: str, tmp_path: Path
) -> None:
    region, window = Region(100, 100, 200, 150), Region(150, 140, 60, 40)
    request = SessionRequest(
        ScreenSpec(region), model=model, seconds=1, output_folder=tmp_path, preview_fps=5
    )
    with running(painted_window(0b11111111, window), x_server.environment()):
        with closing(ScreenSource(region)) as bare:
            wait_until(lambda: bool(bare.glance(0.0).any()), "the window")
        session = host(request)
        session.set_masks([window])
        session.start()
        frames = [m.image for m in session.messages() if isinstance(m, FrameShown)]
    assert frames
    assert not any(frame.any() for frame in frames)  # the desktop is black but for the window
