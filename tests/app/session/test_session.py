"""A session from start to end, on real video files; only the model is scripted."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from app.capture.specs import FileSpec, MatchSpec, SourceSpec
from app.engine_thread import INTERNAL_ERROR
from app.errors import AppError, SessionStateError
from app.session.messages import (
    ChunksDropped,
    FrameShown,
    JournalOpened,
    LineSpoken,
    Message,
    MetersUpdated,
    SessionFailed,
    SourceOpened,
    StateChanged,
    TextArrived,
    TranscriptSaved,
)
from app.session.request import SessionRequest
from app.session.session import Session
from app.session.state import TRANSITIONS, SessionState
from app.transcripts.export import parse
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import read_journal, unfinished_journals
from engine.errors import ModelLoadError, NumericsError
from engine.events import ModelProgress
from tests.app.capture.videos import constant_times, write_video
from tests.app.session.scripted import CACHE, TIMING, ScriptedCommentators
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

STOP_LIMIT_S = 2.0


class Run:
    """A session with a reader of its messages."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.messages: list[Message] = []
        self._reader = threading.Thread(target=self._read, name="reader")
        self._reader.start()

    def _read(self) -> None:
        self.messages.extend(self.session.messages())

    def of(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def states(self) -> list[SessionState]:
        return [message.state for message in self.of(StateChanged)]

    def wait(self, timeout_s: float = 20.0) -> Run:
        """Until the last message."""
        self._reader.join(timeout_s)
        assert not self._reader.is_alive(), f"no end within {timeout_s} s"
        return self

    def wait_for(self, state: SessionState) -> None:
        wait_until(lambda: state in self.states, state.value)


def _start(source: SourceSpec, script: ScriptedCommentators, **options: Any) -> Run:
    session = Session(SessionRequest(source, **options), commentators=script)
    run = Run(session)
    session.start()
    return run


def _file(path: Path, script: ScriptedCommentators, out: Path, **options: Any) -> Run:
    options = {"pace": "max", "output_folder": out} | options
    return _start(FileSpec(path), script, **options)


def test_a_file_is_commented_from_start_to_end(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    formats = (TranscriptFormat.SRT, TranscriptFormat.VTT)
    run = _file(video, script, tmp_path, formats=formats).wait()
    assert script.seen == [(10 * second, 10 * second + 5) for second in range(6)]
    assert run.states == [
        SessionState.LOADING,
        SessionState.RUNNING,
        SessionState.STOPPING,
        SessionState.STOPPED,
    ]
    lines = [message.line for message in run.of(LineSpoken)]
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (0.0, 1.0, "I see 0 5."),
        (1.0, 2.0, "I see 10 15."),
        (3.0, 4.0, "I see 30 35."),
        (4.0, 5.0, "I see 40 45."),
    ]
    assert all(0 <= line.glass_to_caption_s <= line.latency_s for line in lines)
    assert run.session.transcript == tuple(lines)
    assert "".join(message.text for message in run.of(TextArrived)) == "".join(
        line.text for line in lines
    )
    (saved,) = run.of(TranscriptSaved)
    assert [path.suffix for path in saved.paths] == [".jsonl", ".srt", ".vtt"]
    transcript = read_journal(saved.paths[0])
    assert transcript.spoken == tuple(lines)
    assert len(transcript.lines) == 6
    assert transcript.end is not None
    assert len(parse(saved.paths[1].read_text("utf-8"), TranscriptFormat.SRT)) == 4


def test_what_the_model_and_the_meters_say_is_passed_on(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    run = _file(video, script, tmp_path).wait()
    (opened,) = run.of(SourceOpened)
    assert opened.info.label == "clip.mp4"
    assert run.of(ModelProgress) == [ModelProgress("Loading", 0.5)]
    meters = run.of(MetersUpdated)
    assert len(meters) == 6
    assert (meters[-1].frames_used, meters[-1].frames_dropped) == (12, 0)
    assert (meters[-1].timing, meters[-1].cache) == (TIMING, CACHE)
    assert meters[2].glass_to_caption_s is None
    assert not run.of(ChunksDropped)


def test_every_message_but_pictures_keeps_its_order(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    run = _file(video, script, tmp_path, preview_fps=100.0).wait()
    assert run.of(FrameShown)
    assert run.of(FrameShown)[0].image.shape == (48, 64, 3)
    kinds = [type(message) for message in run.messages if not isinstance(message, FrameShown)]
    opening = [StateChanged, SourceOpened, JournalOpened, ModelProgress, StateChanged]
    assert kinds[:5] == opening
    assert kinds[-3:] == [TranscriptSaved, StateChanged, StateChanged]


def test_seconds_end_the_session(video: Path, script: ScriptedCommentators, tmp_path: Path) -> None:
    _file(video, script, tmp_path, seconds=2.5).wait()
    assert len(script.seen) == 3


def test_the_match_introduces_itself_unless_the_user_does(
    script: ScriptedCommentators, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"pace": "max", "seconds": 2.0, "output_folder": tmp_path}
    opened = _start(MatchSpec(3), script, **options).wait().of(SourceOpened)[0]
    _start(MatchSpec(3), script, previous_text="Reds against blues.", **options).wait()
    assert opened.info.introduction
    assert script.previous_texts == [opened.info.introduction, "Reds against blues."]


def test_a_late_engine_gets_the_newest_second(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    """Paced, with an engine that hangs in its first round while three seconds pass."""
    script.gate.clear()
    began = time.monotonic()
    run = _file(video, script, tmp_path, pace="paced", seconds=6.0)
    wait_until(lambda: time.monotonic() - began > 4.3, "four seconds of video")
    script.gate.set()
    run.wait()
    assert script.seen[0] == (0, 5)
    assert script.seen[1][0] >= 20
    dropped = run.of(ChunksDropped)[-1].count
    assert dropped == 6 - len(script.seen)
    assert dropped >= 1
    assert script.seen[-1] == (50, 55)


def test_pause_stops_looking_and_resume_goes_on_where_it_was(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    run = _file(video, script, tmp_path, pace="paced", seconds=2.0)
    wait_until(lambda: len(script.seen) >= 1, "the first round")
    run.session.pause()
    run.wait_for(SessionState.PAUSED)
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 1.2, "time to pass")
    assert len(script.seen) == 1
    run.session.resume()
    run.wait()
    assert script.seen == [(0, 5), (10, 15)]
    assert not run.of(ChunksDropped)


def test_stop_ends_a_running_session_and_keeps_what_was_said(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    run = _file(video, script, tmp_path, pace="paced")
    wait_until(lambda: run.of(LineSpoken) != [], "a line")
    began = time.monotonic()
    run.session.stop()
    run.wait()
    assert time.monotonic() - began < STOP_LIMIT_S
    assert run.session.state is SessionState.STOPPED
    assert read_journal(run.of(TranscriptSaved)[0].paths[0]).spoken == run.session.transcript


def test_a_line_half_spoken_at_the_stop_is_finished_if_that_is_quick(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.gate.clear()
    run = _file(video, script, tmp_path)
    wait_until(lambda: run.of(TextArrived) != [], "the first words")
    run.session.stop()
    run.wait_for(SessionState.STOPPING)
    script.gate.set()
    run.wait()
    assert [line.text for line in run.session.transcript] == ["I see 0 5."]
    assert len(script.seen) == 1


def test_stop_does_not_wait_for_a_model_that_hangs(
    video: Path, script: ScriptedCommentators, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script.shuts_gate = 3
    run = _file(video, script, tmp_path)
    wait_until(lambda: not script.gate.is_set(), "the hanging round")
    began = time.monotonic()
    run.session.stop()
    run.wait()
    assert time.monotonic() - began < STOP_LIMIT_S
    assert run.states[-1] is SessionState.STOPPED
    assert len(read_journal(run.of(TranscriptSaved)[0].paths[0]).spoken) == 2
    script.gate.set()
    assert "still busy" in caplog.text


def test_stop_while_loading_ends_without_a_transcript(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.load_gate.clear()
    run = _file(video, script, tmp_path)
    wait_until(lambda: run.of(ModelProgress) != [], "loading")
    began = time.monotonic()
    run.session.stop()
    run.wait()
    assert time.monotonic() - began < STOP_LIMIT_S
    assert run.states == [SessionState.LOADING, SessionState.STOPPING, SessionState.STOPPED]
    assert list(tmp_path.iterdir()) == []


def test_stop_before_the_start_is_an_end(video: Path, script: ScriptedCommentators) -> None:
    session = Session(SessionRequest(FileSpec(video)), commentators=script)
    session.stop()
    assert [message.state for message in session.messages()] == [SessionState.STOPPED]
    with pytest.raises(SessionStateError, match="starts once"):
        session.start()


def test_a_source_that_cannot_be_opened_fails_the_session(
    script: ScriptedCommentators, tmp_path: Path
) -> None:
    run = _file(tmp_path / "absent.mp4", script, tmp_path / "out").wait()
    assert run.states == [SessionState.LOADING, SessionState.FAILED]
    assert run.messages[-1] == SessionFailed(
        f"There is no file {tmp_path / 'absent.mp4'}; check the name."
    )
    assert not (tmp_path / "out").exists()


def test_a_source_that_breaks_off_keeps_what_was_said(
    script: ScriptedCommentators, tmp_path: Path
) -> None:
    broken = write_video(tmp_path / "clip.mkv", constant_times(10, 6.0), rate=10)
    content = broken.read_bytes()
    broken.write_bytes(content[: len(content) * 6 // 10])
    run = _file(broken, script, tmp_path / "out").wait()
    assert run.states[-1] is SessionState.FAILED
    assert "cut off" in run.messages[-1].message or "damaged" in run.messages[-1].message
    (saved,) = run.of(TranscriptSaved)
    assert read_journal(saved.paths[0]).spoken == run.session.transcript
    assert len(run.session.transcript) >= 2


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NumericsError("the model gave non-finite logits"), "non-finite"),
        (RuntimeError("a bug"), "internal error"),
    ],
)
def test_a_model_that_fails_keeps_what_was_said(
    video: Path, script: ScriptedCommentators, tmp_path: Path, error: Exception, message: str
) -> None:
    script.failure = (4, error)
    run = _file(video, script, tmp_path).wait()
    assert message in run.messages[-1].message
    assert run.states[-1] is SessionState.FAILED
    assert len(read_journal(run.of(TranscriptSaved)[0].paths[0]).spoken) == 3


def test_a_model_that_does_not_load_fails_the_session(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.load_failure = ModelLoadError("no such model")
    run = _file(video, script, tmp_path).wait()
    assert run.messages[-1] == SessionFailed("no such model")
    assert list(tmp_path.iterdir()) == []


def test_a_transcript_that_cannot_be_kept_fails_before_the_model_loads(
    video: Path, script: ScriptedCommentators, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    run = _file(video, script, tmp_path / "file").wait()
    assert "choose another folder" in run.messages[-1].message
    assert script.previous_texts == []
    assert caplog.records == [], "no thread is left behind at work"


class BrokenPlan:
    """Exports that end in an error which nobody foresaw."""

    def write(self, _journal: Path) -> tuple[Path, ...]:
        raise RuntimeError("a mistake in our own code")


def test_a_mistake_while_saving_ends_the_session_with_a_failure(
    video: Path, script: ScriptedCommentators, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = _file(video, script, tmp_path, autosave=BrokenPlan()).wait()
    assert run.states[-1] is SessionState.FAILED
    assert run.messages[-1] == SessionFailed(INTERNAL_ERROR)
    assert "a mistake in our own code" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_file_whose_name_is_no_text_is_commented(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    odd.symlink_to(video)
    run = _file(odd, script, tmp_path, formats=(TranscriptFormat.MARKDOWN,)).wait()
    assert run.states[-1] is SessionState.STOPPED
    (saved,) = run.of(TranscriptSaved)
    assert read_journal(saved.paths[0]).header.source == f"{tmp_path}/caf\ufffd.mp4"


def test_questions_and_instructions_reach_the_next_round(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.load_gate.clear()
    run = _file(video, script, tmp_path)
    run.session.ask("Who leads?")
    run.session.set_instruction("Whisper.")
    script.load_gate.set()
    run.wait()
    assert script.questions == ["Who leads?", None, None, None, None, None]
    assert script.instructions == ["Whisper."]
    assert run.session.transcript[0].question == "Who leads?"


def test_pause_and_resume_out_of_place_change_nothing(
    video: Path, script: ScriptedCommentators, tmp_path: Path
) -> None:
    script.load_gate.clear()
    run = _file(video, script, tmp_path)
    run.session.pause()
    run.session.resume()
    script.load_gate.set()
    run.wait()
    run.session.pause()
    run.session.stop()
    assert len(script.seen) == 6
    path = [SessionState.IDLE, *run.states]
    assert all(now in TRANSITIONS[before] for before, now in itertools.pairwise(path))


def test_without_a_folder_the_journal_is_kept_among_the_users_data(
    video: Path, script: ScriptedCommentators, user_folders: Path
) -> None:
    run = _start(FileSpec(video), script, pace="max", seconds=1.0).wait()
    (path,) = run.of(TranscriptSaved)[0].paths
    assert user_folders in path.parents
    # Other tests kill sessions that write into the same folder.
    assert path not in unfinished_journals(path.parent)


@pytest.mark.parametrize(
    "options", [{"seconds": 0.0}, {"seconds": float("nan")}, {"preview_fps": -1.0}, {"pace": "x"}]
)
def test_impossible_requests_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(AppError, match=r"must be"):
        SessionRequest(MatchSpec(), **options)
