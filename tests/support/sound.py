"""A real sound server without a sound card: PulseAudio with one silent output that can be heard."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.processes import need_programs, running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SINK = "kibitz_test"
RECORD_RATE_HZ = 22050


@dataclass(slots=True)
class Recording:
    """What an output played; `samples` (int16, mono) is filled when the recording ends."""

    file: Path
    rate_hz: int = RECORD_RATE_HZ
    samples: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int16))

    @property
    def now_s(self) -> float:
        """How much was recorded so far; what is heard comes in some 50 ms later."""
        return self.file.stat().st_size / (2 * self.rate_hz)

    @property
    def loudness(self) -> float:
        """Root mean square of the loudest tenth of a second, 0 to 1."""
        step = self.rate_hz // 10
        whole = self.samples[: len(self.samples) // step * step].astype(np.float64) / 32768
        return float(np.sqrt((whole.reshape(-1, step) ** 2).mean(axis=1)).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class SoundServer:
    """A running PulseAudio whose only output is a null sink.

    Attributes:
        environment: Variables by which programs, PortAudio included, find it.
        folder: Its runtime folder, which serves as the home folder, too.
    """

    environment: dict[str, str]
    folder: Path

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it during the block; again, too, after it was told to exit."""
        # norewinds: with rewinding the null sink drops the start and the end of what it plays.
        sink = f"module-null-sink sink_name={SINK} rate=44100 channels=2 norewinds=1"
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--log-target=null"]
        command += ["-L", sink, "-L", "module-native-protocol-unix"]
        with running(command):
            wait_until(self.answers, "PulseAudio")
            _list_devices_again()
            yield

    def answers(self) -> bool:
        """Whether it runs."""
        asked = subprocess.run(["pactl", "info"], check=False, capture_output=True)
        return asked.returncode == 0

    @contextmanager
    def record(self) -> Iterator[Recording]:
        """Listen to the output during the block."""
        raw = self.folder / "recording.raw"
        recording = Recording(raw)
        command = ["parec", "-d", f"{SINK}.monitor", f"--rate={RECORD_RATE_HZ}", "--channels=1"]
        command += ["--format=s16le", "--latency-msec=20"]
        environment = os.environ | self.environment
        with (
            raw.open("wb") as stream,
            running(command, environment, stdout=stream.fileno()),
        ):
            wait_until(lambda: raw.stat().st_size > 0, "the recorder's first sample")
            yield recording
        recording.samples = np.fromfile(raw, dtype="<i2")


@pytest.fixture
def sound_server(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SoundServer]:
    """A sound server for this process and its children."""
    need_programs("pulseaudio", "pactl", "parec")
    folder = tmp_path_factory.mktemp("pulse")
    folder.chmod(0o700)
    names = {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    server = SoundServer(names, folder)
    with server.running():
        yield server


def _list_devices_again() -> None:
    """PortAudio lists the devices once, when it loads: before this server ran, perhaps."""
    sounddevice = sys.modules.get("sounddevice")
    if sounddevice is not None:
        sounddevice._terminate()
        sounddevice._initialize()
