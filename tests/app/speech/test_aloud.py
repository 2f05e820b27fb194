"""Speech as it is heard: the real engine, process and sound server, and a recording of the output.

What is measured in a recording is exact to some 70 ms: the server mixes in blocks of 50 ms and the
recorder adds 20 ms.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import pytest

from app.speech.events import (
    SkipReason,
    SpeechEvent,
    SpeechFinished,
    SpeechSkipped,
    SpeechStarted,
    SpeechStock,
    SpeechTrouble,
)
from app.speech.hosting import BROKE_OFF, GAVE_UP, STOPPED, HostedSpeaker, read_stock
from app.speech.outputs import NO_OUTPUT
from app.speech.settings import SpeechSettings
from app.speech.speaker import LOST_OUTPUT
from app.speech.synthesizer import NO_ENGINE, Synthesizer
from app.transcripts.line import TranscriptLine
from tests.app.speech.hearing import QUIET, STEP_S, find, loudness
from tests.support.sound import SINK
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.speech.sound import Sound
    from tests.support.sound import Recording, SoundServer

SoundOf = Callable[[str], "Sound"]
E = TypeVar("E", bound=SpeechEvent)

ON = SpeechSettings(enabled=True, rate_wpm=260)
RECORDER_S = 0.1
LONG = "and on and on along a long lawn a lone lion wanders on and on along a long lawn alone"


@dataclass
class Commentator:
    """Says lines and collects what is told about them."""

    speaker: HostedSpeaker
    events: queue.SimpleQueue[SpeechEvent]
    seen: list[SpeechEvent] = field(default_factory=list)

    @property
    def troubles(self) -> list[str]:
        """The sentences among the events seen."""
        return [event.message for event in self.seen if isinstance(event, SpeechTrouble)]

    def say(self, index: int, text: str) -> TranscriptLine:
        now = time.time()
        line = TranscriptLine(index, index, index + 1, text, captured_at=now, decoded_at=now)
        self.speaker.say(line)
        return line

    def await_event(self, kind: type[E], index: int | None = None) -> E:
        """The next event of a kind, of a line if wanted; those before it are seen, too."""
        while True:
            event = self.events.get(timeout=15)
            self.seen.append(event)
            line = getattr(event, "line", None)
            if isinstance(event, kind) and (index is None or (line and line.index == index)):
                return event


@contextmanager
def recorded(server: SoundServer) -> Iterator[Recording]:
    """Record, and go on for a moment after the block: what is heard comes in later."""
    with server.record() as recording:
        yield recording
        end_s = recording.now_s + 0.4
        wait_until(lambda: recording.now_s > end_s, "the end of the recording")


@contextmanager
def commentator(settings: SpeechSettings = ON) -> Iterator[Commentator]:
    events: queue.SimpleQueue[SpeechEvent] = queue.SimpleQueue()
    speaker = HostedSpeaker(settings, events.put)
    stand = Commentator(speaker, events)
    try:
        speaker.take_stock()
        stand.await_event(SpeechStock)  # the process runs: lines do not grow old while it starts
        yield stand
    finally:
        speaker.close()


@pytest.fixture
def sound_of(tmp_path: Path) -> SoundOf:
    """What the engine makes of a text at the test's rate."""
    synthesizer = Synthesizer(tmp_path)

    def make(text: str) -> Sound:
        return synthesizer.synthesise(text, voice="", rate_wpm=ON.rate_wpm)

    return make


def test_lines_are_heard_whole_and_in_order(sound_server: SoundServer, sound_of: SoundOf) -> None:
    texts = ["Falcons push forward on the left.", "Number seven shoots.", "The keeper has it."]
    with recorded(sound_server) as recording, commentator() as stand:
        for index, text in enumerate(texts):
            stand.say(index, text)
        stand.await_event(SpeechFinished, 2)
    findings = [find(sound_of(text), recording) for text in texts]
    assert [finding.likeness > 0.9 for finding in findings] == [True] * 3, findings
    for first, second in pairwise(findings):
        assert -0.1 < second.start_s - first.end_s < 0.5
    started = [event.at for event in stand.seen if isinstance(event, SpeechStarted)]
    heard = [finding.start_s for finding in findings]
    for index in (1, 2):  # the times in the events are those of the sound
        assert started[index] - started[0] == pytest.approx(heard[index] - heard[0], abs=0.15)


def test_an_urgent_line_cuts_the_old_one_off_within_a_tenth_of_a_second(
    sound_server: SoundServer, sound_of: SoundOf
) -> None:
    with recorded(sound_server) as recording, commentator() as stand:
        old = stand.say(0, LONG)
        stand.await_event(SpeechStarted, 0)
        begun_s = recording.now_s
        wait_until(lambda: recording.now_s > begun_s + 1.2, "a second of speech")
        asked_at, asked_s = time.time(), recording.now_s
        stand.say(1, "Goal for the Sharks.")
        cut = stand.await_event(SpeechFinished, 0)
        started = stand.await_event(SpeechStarted, 1)
        stand.await_event(SpeechFinished, 1)
    assert cut == SpeechFinished(old, cut.at, is_complete=False)
    assert cut.at - asked_at < 0.1
    goal = find(sound_of("Goal for the Sharks."), recording)
    assert goal.likeness > 0.9  # nothing else sounds with it: where it begins, the old one is over
    assert goal.start_s < asked_s + 0.1 + RECORDER_S
    assert started.at - asked_at == pytest.approx(goal.start_s - asked_s, abs=RECORDER_S)


@pytest.mark.parametrize("how", ["hush", "mute"])
def test_silence_is_immediate_and_lasts(sound_server: SoundServer, how: str) -> None:
    with recorded(sound_server) as recording, commentator() as stand:
        stand.say(0, LONG)
        waiting = stand.say(1, "This is never heard.")
        stand.await_event(SpeechStarted, 0)
        begun_s = recording.now_s
        wait_until(lambda: recording.now_s > begun_s + 1.2, "a second of speech")
        asked_s = recording.now_s
        if how == "hush":
            stand.speaker.hush()
        else:
            stand.speaker.configure(SpeechSettings(enabled=False))
        skipped = stand.await_event(SpeechSkipped, 1)
        wait_until(lambda: recording.now_s > asked_s + 1.2, "a second of silence")
    assert skipped == SpeechSkipped(waiting, skipped.at, SkipReason.SILENCED)
    heard = loudness(recording)
    before = heard[: int(asked_s / STEP_S)]
    after = heard[int((asked_s + 0.1 + RECORDER_S) / STEP_S) :]
    assert before.max() > 10 * QUIET
    assert len(after) > 0.8 / STEP_S
    assert after.max() < QUIET


def test_a_line_that_waited_too_long_is_not_heard(
    sound_server: SoundServer, sound_of: SoundOf
) -> None:
    with recorded(sound_server) as recording, commentator(replace(ON, fresh_s=1.0)) as stand:
        stand.say(0, LONG)
        stand.say(1, "Number seven shoots.")
        skipped = stand.await_event(SpeechSkipped, 1)
    assert skipped.reason is SkipReason.STALE
    assert find(sound_of(LONG), recording).likeness > 0.9
    assert find(sound_of("Number seven shoots."), recording).likeness < 0.8


def test_the_volume_is_that_of_the_settings(sound_server: SoundServer) -> None:
    with recorded(sound_server) as loud, commentator() as stand:
        stand.say(0, "Number seven shoots.")
        stand.await_event(SpeechFinished)
    with recorded(sound_server) as soft, commentator(replace(ON, volume=0.25)) as stand:
        stand.say(0, "Number seven shoots.")
        stand.await_event(SpeechFinished)
    assert soft.loudness == pytest.approx(loud.loudness / 4, rel=0.1)


def test_a_try_out_is_heard_while_speech_is_off(
    sound_server: SoundServer, sound_of: SoundOf
) -> None:
    text = "This is how I sound."
    settings = replace(ON, enabled=False)
    with recorded(sound_server) as recording, commentator(settings) as stand:
        stand.speaker.try_out(text)
        stand.speaker.finish(10)
    assert find(sound_of(text), recording).likeness > 0.9


@pytest.fixture
def headset(sound_server: SoundServer) -> str:
    """The name of a second output, which `Recording` does not hear."""
    add = ["pactl", "load-module", "module-null-sink", "sink_name=headset", "norewinds=1"]
    subprocess.run(add, check=True, capture_output=True)
    text = 'pcm.headset { type pulse device headset hint { show on description "A headset" } }\n'
    (sound_server.folder / ".asoundrc").write_text(text)
    return "headset"


def test_the_chosen_output_is_used_and_the_default_one_in_its_absence(
    sound_server: SoundServer, headset: str, sound_of: SoundOf
) -> None:
    with recorded(sound_server) as recording, commentator(replace(ON, device=headset)) as stand:
        stand.say(0, "Falcons push forward on the left.")
        stand.await_event(SpeechFinished, 0)
        subprocess.run(["pactl", "unload-module", _module_of(headset)], check=True)
        stand.say(1, "Number seven shoots.")
        stand.say(2, "The keeper has it.")
        stand.await_event(SpeechFinished, 2)
    (trouble,) = stand.troubles
    assert trouble.startswith(f"The sound output “{headset}” is not here; ")
    assert find(sound_of("Falcons push forward on the left."), recording).likeness < 0.8
    assert find(sound_of("Number seven shoots."), recording).likeness > 0.9


@pytest.mark.usefixtures("sound_server")
def test_an_output_pulled_out_while_it_plays_is_told() -> None:
    with commentator() as stand:
        line = stand.say(0, LONG)
        stand.await_event(SpeechStarted, 0)
        subprocess.run(["pactl", "unload-module", _module_of(SINK)], check=True)
        finished = stand.await_event(SpeechFinished, 0)
        stand.say(1, "Nobody hears this.")
        stand.await_event(SpeechSkipped, 1)
    assert finished == SpeechFinished(line, finished.at, is_complete=False)
    assert stand.troubles == [LOST_OUTPUT, NO_OUTPUT]


def test_an_output_that_comes_back_is_used_again(
    sound_server: SoundServer, sound_of: SoundOf
) -> None:
    subprocess.run(["pactl", "exit"], check=True)
    wait_until(lambda: not sound_server.answers(), "the end of the sound server")
    with commentator() as stand:
        stand.say(0, "Nobody hears this.")
        stand.await_event(SpeechSkipped, 0)
        stand.say(1, "Nor this.")
        stand.await_event(SpeechSkipped, 1)
        with sound_server.running(), recorded(sound_server) as recording:
            stand.say(2, "Number seven shoots.")
            stand.await_event(SpeechFinished, 2)
    assert stand.troubles == [NO_OUTPUT]
    assert find(sound_of("Number seven shoots."), recording).likeness > 0.9


def test_without_a_sound_server_there_is_one_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    with commentator() as stand:
        lines = [stand.say(index, "Nobody hears this.") for index in range(3)]
        stand.await_event(SpeechSkipped, 2)
    assert stand.troubles == [NO_OUTPUT]
    skipped = [event for event in stand.seen if isinstance(event, SpeechSkipped)]
    assert [event.line for event in skipped] == lines
    assert {event.reason for event in skipped} == {SkipReason.IMPOSSIBLE}


@pytest.mark.skipif(sys.platform != "linux", reason="hides a library as Linux allows")
@pytest.mark.usefixtures("sound_server")
def test_without_an_engine_there_is_one_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("libespeak-ng.so.1", "libespeak.so.1"):
        (tmp_path / name).write_bytes(b"This is no library.")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert read_stock().trouble == NO_ENGINE
    with commentator() as stand:
        stand.say(0, "Nobody hears this.")
        stand.say(1, "Nor this.")
        stand.await_event(SpeechSkipped, 1)
    assert stand.troubles == [NO_ENGINE]


def test_a_process_that_dies_is_replaced(sound_server: SoundServer, sound_of: SoundOf) -> None:
    with recorded(sound_server) as recording, commentator() as stand:
        broken, lost = stand.say(0, LONG), stand.say(1, "Nobody hears this.")
        stand.await_event(SpeechStarted, 0)
        process_id = stand.speaker.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGKILL)
        stand.await_event(SpeechTrouble)
        stand.say(2, "Number seven shoots.")
        stand.await_event(SpeechFinished, 2)
    finished, skipped, trouble = stand.seen[-5:-2]
    assert finished == SpeechFinished(broken, finished.at, is_complete=False)
    assert skipped == SpeechSkipped(lost, skipped.at, SkipReason.IMPOSSIBLE)
    assert trouble == SpeechTrouble(BROKE_OFF)
    assert stand.speaker.process_id != process_id
    assert find(sound_of("Number seven shoots."), recording).likeness > 0.9


@pytest.mark.usefixtures("sound_server")
def test_nothing_is_left_behind_by_a_process_that_dies_nor_by_one_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with commentator() as stand:
        stand.say(0, LONG)
        stand.await_event(SpeechStarted, 0)
        assert list(tmp_path.glob("*/*"))
        process_id = stand.speaker.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGKILL)
        stand.await_event(SpeechTrouble)
        stand.say(1, "Number seven shoots.")
        stand.await_event(SpeechFinished, 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("sound_server")
def test_a_process_that_dies_again_and_again_is_replaced_when_it_is_switched_on_anew() -> None:
    with commentator() as stand:
        while stand.troubles.count(BROKE_OFF) < 4:
            stand.speaker.take_stock()
            stand.await_event(SpeechStock)
            process_id = stand.speaker.process_id
            assert process_id is not None
            os.kill(process_id, signal.SIGKILL)
            stand.await_event(SpeechTrouble)
        stand.await_event(SpeechTrouble)
        assert stand.troubles[-1] == GAVE_UP
        stand.say(0, "Nobody hears this.")  # nobody waits for it either
        stand.speaker.configure(ON)
        stand.say(1, "Number seven shoots.")
        stand.await_event(SpeechFinished, 1)


@pytest.mark.usefixtures("sound_server")
def test_a_process_that_dies_while_speech_is_off_is_replaced_only_when_it_is_needed() -> None:
    with commentator(SpeechSettings()) as stand:
        process_id = stand.speaker.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGKILL)
        stand.await_event(SpeechTrouble)
        assert stand.troubles == [STOPPED]
        assert stand.speaker.process_id == process_id  # no other one was started
        stand.speaker.take_stock()
        stand.await_event(SpeechStock)
        assert stand.speaker.process_id != process_id


def test_the_stock_names_voices_and_outputs_and_nothing_is_printed(
    headset: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stock = read_stock()
    assert headset in stock.devices
    assert "gmw/en-us" in {voice.id for voice in stock.voices}
    assert stock.trouble == ""
    with commentator() as stand:
        stand.say(0, "Number seven shoots.")
        stand.await_event(SpeechFinished, 0)
    assert capfd.readouterr() == ("", "")


def _module_of(sink: str) -> str:
    """The number of the module that made a sink."""
    listed = subprocess.run(
        ["pactl", "list", "short", "modules"], check=True, capture_output=True, text=True
    ).stdout
    return next(row.split()[0] for row in listed.splitlines() if f"sink_name={sink} " in f"{row} ")
