"""The sound outputs of this machine, by name."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, cast

from app.errors import SpeechError

logger = logging.getLogger(__name__)

NO_LIBRARY = (
    "The sound library PortAudio is missing, so nothing is spoken (on Debian and Ubuntu: apt "
    "install libportaudio2)."
)
NO_OUTPUT = "There is no sound output, so nothing is spoken."


@dataclass(frozen=True, slots=True)
class Output:
    """A device that plays sound.

    Attributes:
        index: PortAudio's number, valid until `refresh`.
        rate_hz: The number of samples a second it likes best.
    """

    index: int
    name: str
    rate_hz: int


def load_sounddevice() -> Any:
    """The sounddevice module, which lists the devices as it loads.

    Raises:
        SpeechError: Its library is missing.
    """
    try:
        import sounddevice
    except OSError as error:
        logger.warning("no PortAudio: %s", error)
        raise SpeechError(NO_LIBRARY) from error
    return cast("Any", sounddevice)


def refresh() -> None:
    """Look for devices again; no stream may be open.

    PortAudio itself lists them once, and sounddevice has no public way to make it start anew.

    Raises:
        SpeechError: The library is missing or does not start.
    """
    sounddevice = load_sounddevice()
    try:
        sounddevice._terminate()
        sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        raise SpeechError(NO_OUTPUT) from error


def list_outputs() -> tuple[Output, ...]:
    """Every output of the system's preferred sound interface.

    Windows shows each device through several interfaces; one of them is enough.

    Raises:
        SpeechError: The library is missing.
    """
    sounddevice = load_sounddevice()
    interfaces = sounddevice.query_hostapis()
    devices = sounddevice.query_devices()
    default = _default_index(sounddevice)
    interface = devices[default]["hostapi"] if default is not None else 0
    wanted = interfaces[interface]["devices"] if interfaces else ()
    return tuple(
        _output(devices[index]) for index in wanted if devices[index]["max_output_channels"] > 0
    )


def find_output(name: str) -> Output | None:
    """The output called `name`, the default one for an empty name; None where there is none.

    Raises:
        SpeechError: The library is missing.
    """
    if name:
        return next((output for output in list_outputs() if output.name == name), None)
    sounddevice = load_sounddevice()
    index = _default_index(sounddevice)
    return None if index is None else _output(sounddevice.query_devices(index))


def _default_index(sounddevice: Any) -> int | None:
    index = int(sounddevice.default.device[1])
    return index if index >= 0 else None


def _output(device: Any) -> Output:
    return Output(int(device["index"]), str(device["name"]), int(device["default_samplerate"]))
