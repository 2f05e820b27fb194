"""Steering a session that runs: words, questions, talkativeness, and the governor's steps."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from app.capture.specs import FileSpec, MatchSpec
from app.governor.effort import Saving
from app.session.hosting import SessionHost
from app.session.messages import (
    EffortChanged,
    LineSpoken,
    MetersUpdated,
    QuestionAnswered,
    QuestionPut,
    TextArrived,
)
from app.session.request import SessionRequest
from app.session.session import Session
from app.steering.words import WordRule
from app.transcripts.journal import read_journal
from tests.app.capture.videos import constant_times, write_video
from tests.engine.checkpoints import save_checkpoint
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from app.session.control import SessionControl
    from app.session.messages import Message
    from tests.app.session.scripted import ScriptedCommentators

STARE = WordRule("see", "spot")
LATE_S = 1.15


def ran(session: SessionControl) -> list[Message]:
    """All messages of a session that is started and runs to its end."""
    session.start()
    return list(session.messages())


def of(messages: list[Message], kind: type[Any]) -> list[Any]:
    return [message for message in messages if isinstance(message, kind)]


def session_on(video: Path, script: ScriptedCommentators, out: Path, **options: Any) -> Session:
    options = {"pace": "max", "output_folder": out} | options
    return Session(SessionRequest(FileSpec(video), **options), commentators=script)


def test_words_are_replaced_before_they_are_shown_and_the_original_is_kept(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    messages = ran(session_on(video, script, tmp_path, words=(STARE,)))
    lines = [message.line for message in of(messages, LineSpoken)]
    assert lines[0].text == "I spot 0 5."
    assert lines[0].original == "I see 0 5."
    shown = "".join(message.text for message in of(messages, TextArrived))
    assert shown == "".join(line.text for line in lines)
    (journal,) = tmp_path.glob("*.jsonl")
    assert read_journal(journal).spoken == tuple(lines)


def test_words_may_change_while_it_runs_from_the_next_round_on(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.gate.clear()
    session = session_on(video, script, tmp_path)
    session.start()
    wait_until(lambda: len(script.seen) == 1, "the first round")
    session.set_words([STARE])
    session.set_governed(False)  # heard behind it, so that the words were heard when it is
    script.gate.set()
    lines = [message.line for message in of(list(session.messages()), LineSpoken)]
    assert (lines[0].text, lines[0].original) == ("I see 0 5.", "")
    assert lines[-1].text.startswith("I spot ")


def test_a_line_of_which_nothing_is_left_is_not_spoken(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    words = tuple(WordRule(word) for word in ("I see 0 5.", "I see 10 15."))
    messages = ran(session_on(video, script, tmp_path, words=words))
    assert [message.line.index for message in of(messages, LineSpoken)] == [3, 4]
    (journal,) = tmp_path.glob("*.jsonl")
    assert read_journal(journal).lines[0].original == "I see 0 5."


def test_an_answer_is_told_as_one_around_its_round(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.load_gate.clear()
    session = session_on(video, script, tmp_path)
    session.start()
    session.ask("Who leads?")
    session.set_talkativeness(2.5)
    script.load_gate.set()
    messages = list(session.messages())
    put, answered = of(messages, QuestionPut)[0], of(messages, QuestionAnswered)[0]
    assert put == QuestionPut(0, "Who leads?")
    assert answered == QuestionAnswered(0, "Who leads?", "I see 0 5.")
    line = of(messages, LineSpoken)[0]
    assert messages.index(put) < messages.index(of(messages, TextArrived)[0])
    assert messages.index(line) + 1 == messages.index(answered)
    assert script.talkativeness == [2.5]


def test_meters_tell_load_and_memory(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    meters = of(ran(session_on(video, script, tmp_path)), MetersUpdated)
    assert all(0 <= each.load < 1 for each in meters)
    assert all(each.memory_bytes > 10_000_000 for each in meters)


class PairsTakeLong(threading.Event):
    """A gate that lets rounds on single pictures through at once; others pass too late."""

    def __init__(self, script: ScriptedCommentators) -> None:
        super().__init__()
        self._script = script

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return len(self._script.seen[-1]) == 1 or super().wait(LATE_S)


def test_a_late_engine_gets_less_to_do_and_says_so(
    script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.gate = PairsTakeLong(script)
    longer = write_video(tmp_path / "long.mp4", constant_times(5, 9.0), rate=5)
    session = session_on(longer, script, tmp_path / "out", pace="paced", model="other")
    messages = ran(session)
    (change,) = of(messages, EffortChanged)
    assert (change.is_down, change.saving) == (True, Saving.FRAMES)
    assert (change.steps_down, change.num_steps) == (1, 7)
    assert change.load > 1
    assert [effort.frames_per_chunk for effort in script.efforts] == [1]
    assert [len(seen) for seen in script.seen][:3] == [2, 2, 2]
    assert len(script.seen[-1]) == 1


@pytest.mark.parametrize("options", [{"pace": "max"}, {"pace": "paced", "is_governed": False}])
def test_nobody_is_governed_who_has_time_or_does_not_want_it(
    video: Path, script: ScriptedCommentators, tmp_path: Path, options: dict[str, Any]
) -> None:
    script.gate = PairsTakeLong(script)
    messages = ran(session_on(video, script, tmp_path, seconds=5.0, **options))
    assert not of(messages, EffortChanged)
    assert {len(seen) for seen in script.seen} == {2}


def test_orders_reach_a_session_in_the_child_process(tmp_path: Path) -> None:
    model = save_checkpoint(tmp_path / "model")
    request = SessionRequest(
        MatchSpec(3), model=str(model), seconds=3, pace="max", output_folder=tmp_path / "out"
    )
    host = SessionHost()
    session = host(request)
    session.ask("Who leads?")
    session.set_instruction("Whisper.")
    session.set_talkativeness(1.5)
    session.set_words([STARE])
    session.set_governed(False)
    messages = ran(session)
    host.close()
    assert of(messages, QuestionPut) == [QuestionPut(0, "Who leads?")]
    assert [message.question for message in of(messages, QuestionAnswered)] == ["Who leads?"]
    assert len(of(messages, MetersUpdated)) == 3
