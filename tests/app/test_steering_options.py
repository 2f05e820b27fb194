"""What the steering options of `kibitz run` make of a session."""

from __future__ import annotations

import argparse
import io

import pytest

from app.capture.specs import MatchSpec
from app.commands.printing import Printer
from app.commands.steering import add_arguments, steered
from app.governor.effort import Effort, Saving, Step, steps_from
from app.session.messages import EffortChanged, MetersUpdated, TranscriptSaved
from app.session.request import SessionRequest
from app.steering.presets import PRESET_TEXTS, Preset
from app.steering.words import WordRule
from engine.config import StreamingConfig
from engine.events import RoundTiming
from tests.app.session.scripted import CACHE

FULL = Effort.of(StreamingConfig())


def request_of(*options: str) -> SessionRequest:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return steered(SessionRequest(MatchSpec(), model="other"), parser.parse_args(options))


def test_no_option_changes_nothing() -> None:
    request = request_of()
    assert (request.instruction, request.words, request.is_governed) == ("", (), True)
    assert request.effective_sampling == SessionRequest(MatchSpec(), "other").effective_sampling


def test_options_compose_the_instruction() -> None:
    request = request_of(
        *("--preset", "coach", "--title", "Final", "--names", "Anna", "--language", "fr"),
        *("--talkativeness", "-2", "--replace", "ref=referee", "--replace", "damn="),
        "--no-governor",
    )
    assert request.instruction == (
        f"{PRESET_TEXTS[Preset.COACH]}\nYou are watching: Final\nNames: Anna\n"
        "Always answer and comment in French (français)."
    )
    assert request.words == (WordRule("ref", "referee"), WordRule("damn"))
    assert request.effective_sampling.talkativeness == -2
    assert not request.is_governed


def test_an_instruction_is_said_as_it_is() -> None:
    assert request_of("--instruction", "Whisper.").instruction == "Whisper."


@pytest.mark.parametrize("step", steps_from(FULL), ids=lambda step: step.saving.name)
def test_every_step_is_one_line_that_says_what_and_why(step: Step) -> None:
    log = io.StringIO()
    printer = Printer(io.StringIO(), log)
    for is_down in (True, False):
        printer.show(EffortChanged(1, 7, is_down, step.saving, step.effort, 1.3))
    down, up = log.getvalue().splitlines()
    assert down.startswith("Too slow (rounds take 130 % of their time): ")
    assert up.startswith("Room again ")
    assert step.saving.value in down
    numbers = {
        Saving.FRAMES: "1 a round",
        Saving.PICTURE: f"{step.effort.picture_share * 100:.0f} %",
        Saving.VISION: f"{step.effort.vision_window_rounds} rounds",
        Saving.WORDS: f"{step.effort.max_new_tokens} tokens",
    }
    assert numbers[step.saving] in down


def test_what_the_static_saver_saved_is_said_at_the_end() -> None:
    for shares, expected in (((0.0, 0.0), ""), ((1.0, 0.5), "75% of looking saved, ")):
        log = io.StringIO()
        printer = Printer(io.StringIO(), log)
        for share in shares:
            meters = MetersUpdated(2, 2, 0, RoundTiming(), CACHE, None, saved_share=share)
            printer.show(meters)
        printer.show(TranscriptSaved(()))
        assert log.getvalue().startswith(expected)
        assert ("saved, since" in log.getvalue()) == bool(expected)
