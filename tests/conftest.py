"""What every test gets: no screen, no network, no user's own folders, nothing left running."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Read when Qt and the hub client load: without a screen Qt's default platform aborts the process.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# The user's own keyring is none of a test's business, and asking it may open a window.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

pytest_plugins = [
    "tests.support.chat",
    "tests.support.desktop",
    "tests.support.hub",
    "tests.support.sound",
    "tests.support.web",
]

# Machines are shared: how long an example takes says nothing about the code.
settings.register_profile("kibitz", deadline=None)
settings.load_profile("kibitz")

THREAD_GRACE_S = 2.0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        _skip(items, "slow", "takes minutes: run with --slow")
    if any(item.get_closest_marker("gpu") for item in items) and not _has_cuda():
        _skip(items, "gpu", "needs a CUDA device: torch finds none here")


def _skip(items: list[pytest.Item], marker: str, reason: str) -> None:
    for item in items:
        if item.get_closest_marker(marker):
            item.add_marker(pytest.mark.skip(reason=reason))


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


@pytest.fixture(autouse=True, scope="session")
def user_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that takes the place of the user's settings, data and cache folders."""
    home = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        yield home


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fails a test whose threads outlive it by more than a grace period."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + THREAD_GRACE_S
    for thread in _started_since(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread.name for thread in _started_since(before)]
    assert not left, f"threads left running: {left}"


def _started_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """New living threads, without those that C code brought in and progress bars keep for ever."""
    foreign = ("TMonitor", "_DummyThread")
    return [t for t in threading.enumerate() if t not in before and type(t).__name__ not in foreign]
