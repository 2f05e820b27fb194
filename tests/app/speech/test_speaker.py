"""Who speaks when: a speaker with clocks, sounds and a player that the test turns by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SpeechError
from app.speech.events import (
    SkipReason,
    SpeechEvent,
    SpeechFinished,
    SpeechSkipped,
    SpeechStarted,
    SpeechTrouble,
)
from app.speech.player import Playback, PlayerState
from app.speech.settings import SpeechSettings
from app.speech.sound import Sound
from app.speech.speaker import LOST_OUTPUT, Clocks, Speaker
from app.transcripts.line import TranscriptLine

WALL_S = 1_700_000_000.0
DELAY_S = 0.1
ON = SpeechSettings(enabled=True)


class Engine:
    """Speaks a second for each word; fails while `trouble` is set."""

    def __init__(self) -> None:
        self.trouble = ""
        self.manners: list[tuple[str, int]] = []

    def prepare(self) -> None:
        if self.trouble:
            raise SpeechError(self.trouble)

    def synthesise(self, text: str, *, voice: str, rate_wpm: int) -> Sound:
        self.prepare()
        self.manners.append((voice, rate_wpm))
        return Sound(np.zeros(len(text.split()) * 100, np.float32), 100)


class Device:
    """Plays for as long as the test says."""

    def __init__(self) -> None:
        self.state = PlayerState.IDLE
        self.trouble = ""
        self.name = "Speakers"
        self.volume = -1.0

    def prepare(self) -> None:
        if self.trouble:
            raise SpeechError(self.trouble)

    def play(self, sound: Sound, device: str) -> Playback:
        del device
        self.prepare()
        self.state = PlayerState.PLAYING
        return Playback(self.name, DELAY_S, sound.duration_s)

    def stop(self) -> None:
        self.state = PlayerState.IDLE

    def set_volume(self, volume: float) -> None:
        self.volume = volume


@dataclass
class Stage:
    """A speaker and what is around it."""

    engine: Engine = field(default_factory=Engine)
    device: Device = field(default_factory=Device)
    events: list[SpeechEvent] = field(default_factory=list)
    now_s: float = 0.0
    said_at_s: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clocks = Clocks(monotonic=lambda: self.now_s, wall=lambda: WALL_S + self.now_s)
        self.speaker = Speaker(self.engine, self.device, self.events.append, clocks)
        self.speaker.adopt(ON)

    @property
    def num_said(self) -> int:
        return len(self.said_at_s)

    def say(self, index: int, text: str = "two words") -> TranscriptLine:
        """Say a line that is complete now."""
        self.said_at_s[index] = self.now_s
        line = TranscriptLine(index, index, index + 1, text)
        self.speaker.say(line, self.now_s)
        return line

    def work(self) -> None:
        """Let the speaker do what it can do without the player."""
        while self.speaker.has_work:
            self.speaker.advance()

    def end_sound(self, state: PlayerState = PlayerState.DONE) -> None:
        """The player is through with its sound."""
        self.device.state = state
        self.speaker.advance()
        self.work()

    def take_events(self) -> list[SpeechEvent]:
        """What was told since the last time."""
        taken, self.events[:] = list(self.events), []
        return taken


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_lines_are_spoken_one_after_the_other_with_their_times(stage: Stage) -> None:
    first, second = stage.say(0), stage.say(1)
    stage.work()
    assert stage.take_events() == [SpeechStarted(first, WALL_S + DELAY_S)]
    stage.now_s = 2.0
    stage.end_sound()
    assert stage.take_events() == [
        SpeechFinished(first, WALL_S + 2.0, is_complete=True),
        SpeechStarted(second, WALL_S + 2.0 + DELAY_S),
    ]
    stage.end_sound()
    assert stage.speaker.is_quiet


def test_a_line_whose_turn_comes_too_late_is_skipped(stage: Stage) -> None:
    stage.say(0)
    stage.work()
    late = stage.say(1)
    stage.now_s = 2.0
    fresh = stage.say(2)
    stage.now_s = 4.5
    stage.take_events()
    stage.end_sound()
    _finished, skipped, started = stage.take_events()
    assert skipped == SpeechSkipped(late, WALL_S + 4.5, SkipReason.STALE)
    assert started == SpeechStarted(fresh, WALL_S + 4.5 + DELAY_S)


def test_a_line_that_goes_stale_while_its_sound_is_made_is_not_begun(stage: Stage) -> None:
    slow = stage.say(0)
    stage.speaker.advance()  # chosen
    stage.speaker.advance()  # its sound is made
    stage.now_s = 4.5
    stage.work()
    assert stage.take_events() == [SpeechSkipped(slow, WALL_S + 4.5, SkipReason.STALE)]


def test_an_urgent_line_cuts_off_the_old_one_and_overtakes_all(stage: Stage) -> None:
    old, waiting = stage.say(0), stage.say(1)
    stage.work()
    stage.take_events()
    stage.now_s = 0.5
    urgent = stage.say(2, "Goal for the Sharks")
    assert stage.device.state is PlayerState.IDLE  # silent before the new sound is made
    stage.work()
    assert stage.take_events() == [
        SpeechFinished(old, WALL_S + 0.5, is_complete=False),
        SpeechSkipped(waiting, WALL_S + 0.5, SkipReason.OVERTAKEN),
        SpeechStarted(urgent, WALL_S + 0.5 + DELAY_S),
    ]


def test_an_urgent_line_overtakes_one_whose_sound_is_being_made(stage: Stage) -> None:
    old = stage.say(0)
    stage.speaker.advance()  # chosen
    stage.speaker.advance()  # its sound is made
    urgent = stage.say(1, "Goal")
    stage.work()
    assert stage.take_events() == [
        SpeechSkipped(old, WALL_S, SkipReason.OVERTAKEN),
        SpeechStarted(urgent, WALL_S + DELAY_S),
    ]


def test_switching_off_is_silence_at_once_and_later_lines_are_nobodys_business(
    stage: Stage,
) -> None:
    spoken, waiting = stage.say(0), stage.say(1)
    stage.work()
    stage.take_events()
    stage.speaker.adopt(SpeechSettings(enabled=False))
    assert stage.device.state is PlayerState.IDLE
    stage.say(2)
    assert stage.speaker.is_quiet
    assert stage.take_events() == [
        SpeechFinished(spoken, WALL_S, is_complete=False),
        SpeechSkipped(waiting, WALL_S, SkipReason.SILENCED),
    ]
    stage.speaker.adopt(ON)
    again = stage.say(3)
    stage.work()
    assert stage.take_events() == [SpeechStarted(again, WALL_S + DELAY_S)]


def test_settings_count_from_the_next_line_on_and_the_volume_at_once(stage: Stage) -> None:
    stage.say(0)
    stage.work()
    stage.speaker.adopt(replace(ON, voice="gmw/de", rate_wpm=300, volume=0.25))
    assert stage.device.volume == 0.25
    stage.say(1)
    stage.end_sound()
    assert stage.engine.manners == [("", 200), ("gmw/de", 300)]


@pytest.mark.parametrize("part", ["engine", "device"])
def test_one_notice_for_all_lines_that_cannot_be_spoken(stage: Stage, part: str) -> None:
    broken = stage.engine if part == "engine" else stage.device
    broken.trouble = "Nothing is there."
    lines = [stage.say(0), stage.say(1)]
    stage.work()
    skipped = [SpeechSkipped(line, WALL_S, SkipReason.IMPOSSIBLE) for line in lines]
    assert stage.take_events() == [SpeechTrouble("Nothing is there."), *skipped]
    broken.trouble = ""
    healed = stage.say(2)
    stage.work()
    assert stage.take_events() == [SpeechStarted(healed, WALL_S + DELAY_S)]
    stage.end_sound()
    stage.take_events()
    broken.trouble = "Nothing is there."
    stage.say(3)
    stage.work()
    assert stage.take_events()[0] == SpeechTrouble("Nothing is there.")


def test_what_is_missing_is_told_when_speech_is_switched_on() -> None:
    stage = Stage()
    stage.speaker.adopt(SpeechSettings())
    stage.engine.trouble = "No engine."
    stage.speaker.adopt(ON)
    assert stage.take_events() == [SpeechTrouble("No engine.")]


def test_a_lost_device_is_told_and_the_next_line_tries_again(stage: Stage) -> None:
    lost, following = stage.say(0), stage.say(1)
    stage.work()
    stage.take_events()
    stage.end_sound(PlayerState.LOST)
    assert stage.take_events() == [
        SpeechTrouble(LOST_OUTPUT),
        SpeechFinished(lost, WALL_S, is_complete=False),
        SpeechStarted(following, WALL_S + DELAY_S),
    ]


def test_a_device_that_never_says_it_is_done_counts_as_lost(stage: Stage) -> None:
    stage.say(0, "two words")
    stage.work()
    stage.take_events()
    stage.now_s = 3.9
    stage.speaker.advance()
    assert stage.take_events() == []
    stage.now_s = 4.2  # two seconds of sound, the delay, two seconds of patience
    stage.speaker.advance()
    assert stage.take_events()[0] == SpeechTrouble(LOST_OUTPUT)
    assert stage.device.state is PlayerState.IDLE


def test_another_device_in_place_of_the_wanted_one_is_told_once(stage: Stage) -> None:
    stage.speaker.adopt(replace(ON, device="Headset"))
    stage.say(0)
    stage.say(1)
    stage.work()
    stage.end_sound()
    troubles = [event for event in stage.take_events() if isinstance(event, SpeechTrouble)]
    assert troubles == [
        SpeechTrouble("The sound output “Headset” is not here; “Speakers” is used.")
    ]


def test_a_try_out_speaks_even_while_speech_is_off_and_tells_of_no_line(stage: Stage) -> None:
    stage.speaker.adopt(SpeechSettings())
    stage.speaker.try_out("How do I sound?")
    stage.work()
    assert stage.device.state is PlayerState.PLAYING
    stage.end_sound()
    assert stage.take_events() == []
    assert stage.speaker.is_quiet


def end_if_playing(stage: Stage, state: PlayerState) -> None:
    if stage.device.state is PlayerState.PLAYING:
        stage.device.state = state


def wait(stage: Stage) -> None:
    stage.now_s += 1.5


STEPS = {
    "say": lambda stage: stage.say(stage.num_said, "some words here"),
    "urgent": lambda stage: stage.say(stage.num_said, "Goal"),
    "advance": lambda stage: stage.speaker.advance(),
    "wait": wait,
    "done": lambda stage: end_if_playing(stage, PlayerState.DONE),
    "lost": lambda stage: end_if_playing(stage, PlayerState.LOST),
    "hush": lambda stage: stage.speaker.hush(),
    "try": lambda stage: stage.speaker.try_out("one two"),
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=60))
def test_whatever_happens_each_line_has_one_fate_and_starts_fresh(script: list[str]) -> None:
    stage = Stage()
    for step in script:
        STEPS[step](stage)
    stage.speaker.hush()
    assert stage.speaker.is_quiet
    lines = [event for event in stage.events if not isinstance(event, SpeechTrouble)]
    started = [e for e in lines if isinstance(e, SpeechStarted)]
    finished = [e for e in lines if isinstance(e, SpeechFinished)]
    skipped = [e for e in lines if isinstance(e, SpeechSkipped)]
    fates = sorted(event.line.index for event in (*finished, *skipped))
    assert fates == list(range(stage.num_said))
    # One is over before the next one starts, and they start in the order in which they were said.
    order = [e.line.index for e in started]
    assert order == sorted(order)
    assert [(type(e), e.line.index) for e in lines if not isinstance(e, SpeechSkipped)] == [
        (kind, index) for index in order for kind in (SpeechStarted, SpeechFinished)
    ]
    for event in started:
        age_s = event.at - DELAY_S - WALL_S - stage.said_at_s[event.line.index]
        assert age_s <= ON.fresh_s + 1e-6
