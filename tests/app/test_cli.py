"""The command line: what it prints, how it ends, and what a kill leaves behind."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from app.capture.specs import FileSpec
from app.cli import main
from app.commands import speaking
from app.commands.printing import Printer
from app.commands.run import follow
from app.commands.speaking import Aloud
from app.paths import settings_file
from app.session.request import SessionRequest
from app.session.session import Session
from app.settings.store import SettingsStore
from app.speech.settings import SpeechSettings
from app.transcripts.cues import cues_of
from app.transcripts.export import parse
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import finish_journal, read_journal, unfinished_journals
from tests.app.capture.videos import constant_times, write_video
from tests.app.session.scripted import ScriptedCommentators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.sound import SoundServer

ROOT = Path(__file__).parents[2]
EXIT_OK, EXIT_FAILED = 0, 2
OPTIONS = (
    *("--model", "--seconds", "--out", "--formats", "--instruction", "--previous-text"),
    *("--fps", "--static-saver", "--speed", "--temperature", "--seed", "--json"),
    *("--preset", "--title", "--names", "--glossary", "--language", "--talkativeness", "--replace"),
    *("--speak", "--voice", "--sound-output", "--rate"),
)
HEAVY = ("torch", "transformers", "PySide6", "cv2")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(path, constant_times(10, 4.0), rate=10)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random checkpoint: what it says is noise, but it says it through the whole program."""
    from tests.engine.training.tiny import save_tiny

    return save_tiny(tmp_path_factory.mktemp("model"))


def _print(video: Path, tmp_path: Path, *, as_json: bool) -> tuple[int, str, str]:
    request = SessionRequest(FileSpec(video), pace="max", output_folder=tmp_path)
    out, log = io.StringIO(), io.StringIO()
    session = Session(request, commentators=ScriptedCommentators())
    printer, aloud = Printer(out, log, as_json=as_json), Aloud(SpeechSettings(), log)
    code = follow(session, printer, aloud)
    return code, out.getvalue(), log.getvalue()


def test_lines_are_printed_with_their_times(video: Path, tmp_path: Path) -> None:
    code, out, log = _print(video, tmp_path, as_json=False)
    assert code == EXIT_OK
    assert out == "[0.0] I see 0 5.\n[1.0] I see 10 15.\n[3.0] I see 30 35.\n"
    assert "Watching clip.mp4." in log
    assert f"Saved {tmp_path}" in log


def test_json_prints_one_object_per_line(video: Path, tmp_path: Path) -> None:
    _, out, _ = _print(video, tmp_path, as_json=True)
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["text"] for record in records] == ["I see 0 5.", "I see 10 15.", "I see 30 35."]
    assert {"start_s", "end_s", "captured_at", "latency_s", "is_silent"} <= records[0].keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "absent.mp4"], "There is no file absent.mp4; check the name."),
        (["run", "screen:1,2"], "A screen region is written screen:X,Y,WIDTH,HEIGHT"),
        (["run", "webcam:63"], "The webcam 63 cannot be opened"),
        (["run", "http://127.0.0.1:1/x"], "cannot be opened; it gave no video"),
        (["run", "match", "--formats", "doc"], "Formats are srt, vtt, txt, jsonl, md"),
        (["run", "match", "--fps", "0"], "sample_fps must be a positive number"),
        (["run", "match", "--seconds", "-1"], "The number of seconds must be positive"),
        (["run", "match", "--language", "xx"], "The language 'xx' is unknown"),
        (["run", "match", "--talkativeness", "9"], "The talkativeness must be from -5 to 5"),
        (["run", "match", "--replace", "=x"], "Say which word is to be replaced"),
        (["run", "match", "--preset", "coach", "--instruction", "x"], "not both"),
        (["run", "match", "--title", "The final"], "The bundled model follows no instruction"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == EXIT_FAILED
    captured = capsys.readouterr()
    assert captured.out == ""
    last = captured.err.splitlines()[-1]
    assert last.startswith("kibitz: ")
    assert message in last


def test_no_display_is_one_sentence_and_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["run", "screen"]) == EXIT_FAILED
    assert main([]) == EXIT_FAILED
    assert main(["match", "play"]) == EXIT_FAILED
    errors = capsys.readouterr().err.splitlines()
    assert "There is no display to capture" in errors[-3]
    assert "There is no display to open a window on" in errors[-2] == errors[-1]


@pytest.mark.parametrize("content", [b"", b"\x00\x01" * 5000])
def test_a_broken_file_is_one_sentence_and_code_2(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    assert main(["run", str(path), "--out", str(tmp_path / "out")]) == EXIT_FAILED
    assert "broken.mp4" in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--help"])
    assert ended.value.code == EXIT_OK
    text = capsys.readouterr().out
    for word in (*OPTIONS, "screen:X,Y", "webcam"):
        assert word in text


def test_the_program_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == EXIT_OK
    text = capsys.readouterr().out
    for word in ("window", "run", "devices", "models", "Ctrl-C"):
        assert word in text


@pytest.mark.usefixtures("x_server", "sound_server")
def test_devices_are_named_as_run_takes_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices"]) == EXIT_OK
    listed = capsys.readouterr().out
    assert "screen:0,0,1280,800" in listed
    assert "Sound outputs:\n  pulse\n" in listed
    assert re.search(r"^  gmw/en-us +English \(America\)$", listed, re.MULTILINE)


def test_what_is_printed_is_spoken_too(
    video: Path, tmp_path: Path, sound_server: SoundServer
) -> None:
    request = SessionRequest(FileSpec(video), pace="max", output_folder=tmp_path)
    out, log = io.StringIO(), io.StringIO()
    aloud = Aloud(SpeechSettings(enabled=True, rate_wpm=400), log)
    with sound_server.record() as recording:
        session = Session(request, commentators=ScriptedCommentators())
        assert follow(session, Printer(out, log), aloud) == EXIT_OK
    assert recording.loudness > 0.02
    assert len(recording.samples) > recording.rate_hz  # three lines of half a second or more
    assert "kibitz" not in log.getvalue()


def test_the_command_line_goes_before_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    SettingsStore(settings_file()).put(SpeechSettings(enabled=True, voice="gmw/de", rate_wpm=150))
    parser = argparse.ArgumentParser()
    speaking.add_arguments(parser)
    log = io.StringIO()
    quiet = speaking.speech_settings(parser.parse_args([]), log)
    assert not quiet.enabled
    chosen = speaking.speech_settings(parser.parse_args(["--speak", "--rate", "300"]), log)
    assert chosen == SpeechSettings(enabled=True, voice="gmw/de", rate_wpm=300)
    assert not log.getvalue()


def test_a_damaged_settings_file_is_told_of_where_speech_needs_it_and_else_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings_file().parent.mkdir()
    settings_file().write_text("{")
    parser = argparse.ArgumentParser()
    speaking.add_arguments(parser)
    log = io.StringIO()
    speaking.speech_settings(parser.parse_args([]), log)
    assert settings_file().read_text() == "{"
    speaking.speech_settings(parser.parse_args(["--speak"]), log)
    assert "is damaged and was set aside" in log.getvalue()


def test_models_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == EXIT_OK
    assert "mit-han-lab/StreamingVLM" in capsys.readouterr().out


def test_nothing_heavy_loads_before_it_is_needed() -> None:
    code = f"import sys, app.cli, app.commands.run; print({set(HEAVY)} & sys.modules.keys())"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert printed.stdout.strip() == "set()"


class Program:
    """`kibitz run match` with a random model, in a process of its own."""

    def __init__(self, model: Path, out: Path, *options: str) -> None:
        command = [sys.executable, "-m", "app", "run", "match", "--model", str(model)]
        command += ["--out", str(out), "--temperature", "0.9", "--seed", "1", "--json", *options]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def lines(self, count: int) -> list[dict[str, object]]:
        """The next lines that it speaks."""
        return [json.loads(self.stdout.readline()) for _ in range(count)]

    def end(self) -> int:
        """Its exit code, once it has ended by itself."""
        return self.process.wait(timeout=20)


@pytest.fixture
def start(tiny_model: Path, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts programs that do not outlive the test."""
    started: list[Program] = []

    def start_program(*options: str) -> Program:
        started.append(Program(tiny_model, tmp_path, *options))
        return started[-1]

    yield start_program
    for program in started:
        program.process.kill()
        program.process.wait()
        program.stdout.close()


def test_a_kill_loses_no_line_that_was_shown(start: Callable[..., Program], tmp_path: Path) -> None:
    program = start("--speed", "max")
    shown = program.lines(6)
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()
    (journal,) = unfinished_journals(tmp_path)
    kept = [line.text for line in finish_journal(journal).spoken]
    assert kept[:6] == [line["text"] for line in shown]
    assert unfinished_journals(tmp_path) == ()


def test_ctrl_c_stops_cleanly_and_saves(start: Callable[..., Program], tmp_path: Path) -> None:
    program = start("--formats", "srt,vtt,txt")
    shown = program.lines(1)
    program.process.send_signal(signal.SIGINT)
    assert program.end() == EXIT_OK
    (journal,) = tmp_path.glob("*.jsonl")
    transcript = read_journal(journal)
    assert transcript.end is not None
    assert transcript.spoken[0].text == shown[0]["text"]
    for format_ in (TranscriptFormat.SRT, TranscriptFormat.VTT, TranscriptFormat.TXT):
        content = journal.with_suffix(f".{format_.value}").read_text("utf-8")
        assert parse(content, format_) == cues_of(transcript.lines)


def test_a_reader_that_goes_away_ends_the_program(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    program = start("--speed", "max")
    program.lines(1)
    program.stdout.close()
    assert program.end() == EXIT_OK
    assert unfinished_journals(tmp_path) == ()
