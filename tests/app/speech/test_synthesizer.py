"""The real speech engine, without a sound device."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import pyttsx3
import soundfile
from pyttsx3.engine import Engine

from app.errors import SpeechError
from app.speech.synthesizer import Synthesizer
from tests.app.speech.hearing import QUIET, envelope

if TYPE_CHECKING:
    from pathlib import Path

    from app.speech.sound import Sound

TEXT = "Falcons in red push forward, number seven on the ball."


@pytest.fixture(scope="module")
def synthesizer(tmp_path_factory: pytest.TempPathFactory) -> Synthesizer:
    return Synthesizer(tmp_path_factory.mktemp("speech"))


def share_of_sound(sound: Sound) -> float:
    return float((envelope(sound.samples, sound.rate_hz) > QUIET).mean())


def loudest_hz(sound: Sound) -> float:
    return float(np.abs(np.fft.rfft(sound.samples)).argmax() / sound.duration_s)


def test_each_manner_counts_from_its_own_line_on(synthesizer: Synthesizer) -> None:
    manners = [("gmw/en-us", 200), ("gmw/en-us", 400), ("gmw/de", 100), ("gmw/en-us", 200)] * 3
    sounds = [synthesizer.synthesise(TEXT, voice=v, rate_wpm=rate) for v, rate in manners]
    usual, fast, slow, _ = (sound.duration_s for sound in sounds[:4])
    assert fast < 0.6 * usual < usual < 0.6 * slow
    for sound, again in zip(sounds[:4], sounds[4:8], strict=True):
        assert sound.duration_s == pytest.approx(again.duration_s, rel=0.02)
        assert share_of_sound(sound) > 0.7


def test_lines_follow_closely_and_none_is_lost_or_cut_short(synthesizer: Synthesizer) -> None:
    durations = {
        round(synthesizer.synthesise(TEXT, voice="", rate_wpm=300).duration_s, 1) for _ in range(40)
    }
    assert len(durations) == 1


def test_voices_differ_and_one_that_is_not_here_is_the_default(synthesizer: Synthesizer) -> None:
    default = synthesizer.synthesise(TEXT, voice="", rate_wpm=200)
    missing = synthesizer.synthesise(TEXT, voice="no/such-voice", rate_wpm=200)
    german = synthesizer.synthesise(TEXT, voice="gmw/de", rate_wpm=200)
    assert missing.duration_s == pytest.approx(default.duration_s, rel=0.01)
    assert german.duration_s != pytest.approx(default.duration_s, rel=0.01)
    assert {"gmw/de", "gmw/en-us"} <= {voice.id for voice in synthesizer.voices}


@pytest.mark.parametrize("text", ["Wait...", "进球了", "🎉", "<speak>tag & co</speak>", "a" * 500])
def test_any_text_gives_a_sound(synthesizer: Synthesizer, text: str) -> None:
    assert synthesizer.synthesise(text, voice="", rate_wpm=450).duration_s > 0


def test_another_rate_keeps_length_and_pitch(synthesizer: Synthesizer) -> None:
    sound = synthesizer.synthesise(TEXT, voice="", rate_wpm=200)
    other = sound.at_rate(48000)
    assert other.duration_s == pytest.approx(sound.duration_s, abs=0.001)
    assert sound.at_rate(sound.rate_hz) is sound
    spectra = [np.abs(np.fft.rfft(each.samples)) for each in (sound, other)]
    peaks = [
        np.argmax(s) / each.duration_s for s, each in zip(spectra, (sound, other), strict=True)
    ]
    assert peaks[0] == pytest.approx(peaks[1], rel=0.01)


class ScriptedSapi:
    """Drives pyttsx3 as its driver for Windows does: a line is spoken while it is asked for.

    That the line ended is heard then, too, so that a loop begun after it would never end.
    """

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._is_looping = False
        self.num_failures = 0

    def getProperty(self, name: str) -> object:  # noqa: N802 (pyttsx3's name)
        return {"voices": [], "voice": "", "rate": 200}[name]

    def setProperty(self, name: str, value: object) -> None:  # noqa: N802 (pyttsx3's name)
        pass

    def save_to_file(self, text: str, filename: str) -> None:
        del text
        if self.num_failures:
            self.num_failures -= 1
            raise OSError("SAPI is busy")
        soundfile.write(filename, np.full(800, 0.5, np.float32), 16000)

    def startLoop(self) -> None:  # noqa: N802 (pyttsx3's name)
        self._is_looping = True
        self._proxy.setBusy(False)
        assert not self._is_looping, "this loop would never end"

    def endLoop(self) -> None:  # noqa: N802 (pyttsx3's name)
        self._is_looping = False

    def stop(self) -> None:
        pass


@pytest.fixture
def sapi(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedSapi]:
    """The drivers that pyttsx3 makes from now on."""
    made: list[ScriptedSapi] = []

    def build(proxy: Any) -> ScriptedSapi:
        made.append(ScriptedSapi(proxy))
        return made[-1]

    module = SimpleNamespace(buildDriver=build)
    monkeypatch.setitem(sys.modules, "pyttsx3.drivers.sapi5", cast("Any", module))
    monkeypatch.setattr(pyttsx3, "init", lambda: cast("Any", Engine)("sapi5"))
    return made


def test_on_windows_no_line_waits_for_an_end_that_is_over(
    sapi: list[ScriptedSapi], tmp_path: Path
) -> None:
    synthesizer = Synthesizer(tmp_path)
    for _ in range(3):
        assert synthesizer.synthesise(TEXT, voice="", rate_wpm=200).duration_s > 0
    (driver,) = sapi
    driver.num_failures = 2
    assert synthesizer.synthesise(TEXT, voice="", rate_wpm=200).duration_s > 0
    driver.num_failures = 99
    with pytest.raises(SpeechError, match="does not answer"):
        synthesizer.synthesise(TEXT, voice="", rate_wpm=200)
