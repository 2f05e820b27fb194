"""Sound to a device, and silence at once when it is wanted."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from app.errors import SpeechError
from app.speech.outputs import NO_OUTPUT, find_output, load_sounddevice, refresh

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from app.speech.outputs import Output
    from app.speech.sound import Sound

logger = logging.getLogger(__name__)

_BUFFER_S = 0.1  # survives a busy machine; what a cut leaves in it is thrown away
_TAIL_S = 0.15
_FIRST_CALL_S = 0.3
_LIST_S = 5.0


@dataclass(frozen=True, slots=True)
class Playback:
    """A sound that began to play.

    Attributes:
        output: Name of the device.
        delay_s: From now until its first sample is heard.
    """

    output: str
    delay_s: float
    duration_s: float


class PlayerState(Enum):
    """What the player does."""

    IDLE = "idle"
    PLAYING = "playing"
    DONE = "done"  # the sound was played to its end
    LOST = "lost"  # the device went away under it


class Player:
    """Plays one sound at a time; belongs to one thread.

    Args:
        on_end: Called when a sound is over, from a thread of the sound library.
    """

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._stream: Any = None
        self._feed: _Feed | None = None
        self._is_doubtful = False  # whether the devices may have changed since they were listed
        self._listed_at_s = time.monotonic()
        self._volume = 1.0

    def set_volume(self, volume: float) -> None:
        """Play as loud as that, 0 to 1, from now on."""
        self._volume = volume
        if self._feed is not None:
            self._feed.volume = volume

    @property
    def state(self) -> PlayerState:
        """What it does; DONE and LOST until `stop` or the next `play`."""
        if self._stream is None or self._feed is None:
            return PlayerState.IDLE
        if not self._feed.is_over:
            return PlayerState.PLAYING
        return PlayerState.DONE if self._feed.is_empty else PlayerState.LOST

    def prepare(self) -> None:
        """See whether there is anything to play on.

        Raises:
            SpeechError: There is not.
        """
        if self.state is PlayerState.IDLE and find_output("") is None:
            self.look_for_devices()
            if find_output("") is None:
                raise SpeechError(NO_OUTPUT)

    def play(self, sound: Sound, device: str) -> Playback:
        """Begin to play, in place of any other sound.

        A device that is not here or cannot be opened is replaced by the default one.

        Raises:
            SpeechError: That cannot be opened either.
        """
        self.stop()
        if self._is_doubtful or (find_output(device) is None and self._is_list_old()):
            self.look_for_devices()
        for output in dict.fromkeys((find_output(device), find_output(""))):
            if output is None:
                continue
            try:
                return self._open(sound, output)
            except load_sounddevice().PortAudioError as error:
                logger.warning("%s cannot be opened: %s", output.name, error)
                self.stop()
        self._is_doubtful = True
        raise SpeechError(NO_OUTPUT)

    def stop(self) -> None:
        """Be silent now; does nothing where nothing plays."""
        if self._stream is None or self._feed is None:
            return
        self._is_doubtful |= self.state is PlayerState.LOST
        self._feed.cut()
        stream, self._stream = self._stream, None
        try:
            stream.abort(ignore_errors=True)  # throws away what the device holds
        finally:
            stream.close(ignore_errors=True)

    def look_for_devices(self) -> None:
        """List the devices anew, which ends what is being played.

        Raises:
            SpeechError: The sound library is missing.
        """
        self.stop()
        refresh()
        self._is_doubtful = False
        self._listed_at_s = time.monotonic()

    def _is_list_old(self) -> bool:
        """Whether it is worth a fifth of a second to see if the wanted device came back."""
        return time.monotonic() - self._listed_at_s > _LIST_S

    def _open(self, sound: Sound, output: Output) -> Playback:
        sounddevice = load_sounddevice()
        settings = {"device": output.index, "channels": 1, "dtype": "float32"}
        try:
            sounddevice.check_output_settings(samplerate=sound.rate_hz, **settings)
        except sounddevice.PortAudioError:
            sound = sound.at_rate(output.rate_hz)
        # What the device still holds when its stream ends is lost: let that be silence.
        feed = _Feed(sound.ending_in_silence(_TAIL_S).samples, self._volume, sounddevice)
        stream = sounddevice.OutputStream(
            samplerate=sound.rate_hz,
            latency=_BUFFER_S,
            callback=feed,
            finished_callback=partial(self._note_end, feed),
            **settings,
        )
        self._feed, self._stream = feed, stream
        stream.start()
        return Playback(output.name, feed.await_delay_s(), sound.duration_s)

    def _note_end(self, feed: _Feed) -> None:
        feed.is_over = True
        self._on_end()


class _Feed:
    """Gives a stream its samples; called by a thread of the sound library."""

    def __init__(self, samples: NDArray[np.float32], volume: float, sounddevice: Any) -> None:
        self._samples = samples
        self.volume = volume
        self._position = 0
        self._is_cut = False
        self._delay_s = 0.0
        self._is_called = threading.Event()
        self.is_over = False
        self._stop = sounddevice.CallbackStop
        self._abort = sounddevice.CallbackAbort

    @property
    def is_empty(self) -> bool:
        """Whether all was given."""
        return self._position >= len(self._samples)

    def await_delay_s(self) -> float:
        """How long after its first call the device plays what it gets then, as far as it says."""
        self._is_called.wait(_FIRST_CALL_S)
        return self._delay_s

    def cut(self) -> None:
        """Give nothing more."""
        self._is_cut = True

    def __call__(self, block: NDArray[np.float32], frames: int, times: Any, _status: Any) -> None:
        """Fill `block`, (frames, 1)."""
        if not self._is_called.is_set():
            self._delay_s = max(0.0, times.outputBufferDacTime - times.currentTime)
            self._is_called.set()
        if self._is_cut:
            block.fill(0)
            raise self._abort
        samples = self._samples[self._position : self._position + frames]
        block[: len(samples), 0] = samples * self.volume
        block[len(samples) :].fill(0)
        self._position += frames
        if self.is_empty:
            raise self._stop
