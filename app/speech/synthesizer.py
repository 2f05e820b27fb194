"""Text to sound, by the speech engine of the system."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, cast

import soundfile

from app.errors import SpeechError
from app.speech.events import Voice
from app.speech.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger(__name__)

NO_ENGINE = (
    "No speech engine is installed, so nothing is spoken (on Debian and Ubuntu: apt install "
    "espeak-ng)."
)
NO_ANSWER = "The speech engine does not answer, so a line was not spoken."
_SETTLE_S = 1.0
_SYNTHESIS_S = 5.0
_LOOK_S = 0.002
_ATTEMPTS = 5
_PAUSE_S = 0.005
_SAPI, _NSSS = "sapi5", "nsss"


class Synthesizer:
    """A pyttsx3 engine that speaks into memory; for the main thread, as macOS asks.

    Its `say` is not used: on Linux it returns before it speaks, forgets lines and cannot be
    stopped.

    Args:
        folder: An existing folder for a passing file; pyttsx3 gives sound in no other way.

    Raises:
        SpeechError: There is no engine.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "line.wav"
        self._outcomes: list[bool] = []
        self._engine = _load_engine()
        self._engine.connect("finished-utterance", self._note_finished)
        self._engine.connect("error", self._note_error)
        self._engine.runAndWait()  # until its first loop it only collects what it is told
        self._voices, self._default_voice = _listed(self._engine)
        self._manner: tuple[str, int] | None = None

    @property
    def voices(self) -> tuple[Voice, ...]:
        """What there is to choose from."""
        return self._voices

    def synthesise(self, text: str, *, voice: str, rate_wpm: int) -> Sound:
        """Speak `text`, some 20 ms for a line; a voice that is not here gives the default one.

        Raises:
            SpeechError: The engine gave no sound.
        """
        known = any(voice == candidate.id for candidate in self._voices)
        self._adopt(voice if known else self._default_voice, rate_wpm)
        for attempt in range(_ATTEMPTS):
            if self._records(text):
                return self._read()
            time.sleep(_PAUSE_S * (attempt + 1))
        raise SpeechError(NO_ANSWER)

    def _records(self, text: str) -> bool:
        """Have the file written; False where nothing came, or the driver cancelled its own work.

        The espeak driver does so where the engine's thread has not quite put away the line before.
        It then says that a line was not completed, besides saying that one was.
        """
        self._path.unlink(missing_ok=True)
        self._outcomes.clear()
        if self._engine.driver_name == _NSSS:  # it would begin now, and be stopped by its loop
            self._engine.proxy.setBusy(True)
        self._engine.save_to_file(text, str(self._path))
        if self._engine.driver_name == _SAPI:
            # It has spoken by now, since the engine's first loop left it idle, and says nothing of
            # it: another loop would wait for an end that is over.
            return self._path.is_file() and self._path.stat().st_size > 0
        self._engine.runAndWait()
        if not _wait_for(lambda: bool(self._outcomes), _SYNTHESIS_S):
            raise SpeechError(NO_ANSWER)
        return all(self._outcomes)

    def _adopt(self, voice: str, rate_wpm: int) -> None:
        """Set voice and rate, and wait until they hold.

        The espeak driver hands them to a thread of its own, and cancels what that thread has not
        done yet as soon as its loop ends: spoken at once, a line would come in the old manner.
        """
        if (voice, rate_wpm) == self._manner:
            return
        if voice:
            self._engine.setProperty("voice", voice)
        self._engine.setProperty("rate", rate_wpm)
        _wait_for(lambda: self._engine.getProperty("rate") == rate_wpm, _SETTLE_S)
        self._manner = voice, rate_wpm

    def _read(self) -> Sound:
        try:
            samples, rate_hz = cast("Any", soundfile).read(self._path, dtype="float32")
        except (OSError, RuntimeError) as error:  # soundfile's own error is a RuntimeError
            logger.warning("no sound in %s: %s", self._path, error)
            raise SpeechError("The speech engine gave no sound for this line.") from error
        mono = samples if samples.ndim == 1 else samples[:, 0]
        return Sound(mono, int(rate_hz)).trimmed()

    def _note_finished(self, name: str | None, completed: bool) -> None:
        del name
        self._outcomes.append(completed)

    def _note_error(self, name: str | None, exception: Exception) -> None:
        logger.warning("the speech engine reported %r (%s)", exception, name)


class LazySynthesizer:
    """A Synthesizer that is made when it is needed, and tried again where that fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._synthesizer: Synthesizer | None = None

    def prepare(self) -> None:
        """Load the engine.

        Raises:
            SpeechError: There is none.
        """
        if self._synthesizer is None:
            self._synthesizer = Synthesizer(self._folder)

    def voices(self) -> tuple[Voice, ...]:
        """What there is to choose from.

        Raises:
            SpeechError: There is no engine.
        """
        return self._loaded().voices

    def synthesise(self, text: str, *, voice: str, rate_wpm: int) -> Sound:
        """See Synthesizer."""
        return self._loaded().synthesise(text, voice=voice, rate_wpm=rate_wpm)

    def _loaded(self) -> Synthesizer:
        self.prepare()
        assert self._synthesizer is not None
        return self._synthesizer


def _load_engine() -> Any:
    try:
        import pyttsx3  # looks for the engine's library while it loads

        return cast("Any", pyttsx3).init()
    except Exception as error:  # whatever a driver raises; Windows' errors are of no narrower kind
        logger.warning("no speech engine: %r", error)
        raise SpeechError(NO_ENGINE) from error


def _listed(engine: Any) -> tuple[tuple[Voice, ...], str]:
    """All voices and the default one's id; none where the driver trips over one of them."""
    try:
        return tuple(_voices_of(engine)), str(engine.getProperty("voice") or "")
    except Exception as error:  # noqa: BLE001  (Windows' own errors derive from nothing narrower)
        logger.warning("the speech engine cannot list its voices: %r", error)
        return (), ""


def _voices_of(engine: Any) -> list[Voice]:
    return [
        Voice(str(voice.id), str(voice.name), str((voice.languages or [""])[0] or ""))
        for voice in engine.getProperty("voices")
    ]


def _wait_for(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_S)  # pyttsx3 offers nothing to wait on
    return True
