"""The whole way with the bundled model: real pictures in, right commentary saved."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

from app.transcripts.cues import cues_of
from app.transcripts.export import parse
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import Transcript, read_journal
from engine.evaluation.match.score import MatchScore, sum_up
from engine.evaluation.match.scoring import HeardLine, judge_rounds
from engine.match import MatchEvent, MatchStream
from engine.match.commentary import round_of
from tests.support.processes import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.desktop import XServer

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "assets" / "models" / "match"
SEED = 4_021
VIDEO_FPS, VIDEO_S = 24, 45
VIDEO_WIDTH, VIDEO_HEIGHT = 336, 224
SCREEN_S = 40
SAMPLE_S = 0.5
MINIMUM_F1, MINIMUM_NAMES = 0.6, 0.7
LONG_SCREEN_S, HIGHEST_LOSS = 300, 0.05

pytestmark = pytest.mark.skipif(
    not (BUNDLED / "config.json").is_file(), reason=f"the bundled model is not in {BUNDLED}"
)


def _kibitz(*arguments: str) -> None:
    """Run the program to its end."""
    ended = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=os.environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=LONG_SCREEN_S + 120,
    )
    assert ended.returncode == 0, ended.stderr


def _saved(folder: Path) -> Transcript:
    """The transcript in `folder`; its subtitles must hold the same lines."""
    (journal,) = folder.glob("*.jsonl")
    transcript = read_journal(journal)
    subtitles = journal.with_suffix(".srt").read_text("utf-8")
    assert parse(subtitles, TranscriptFormat.SRT) == cues_of(transcript.lines)
    return transcript


def _events(seed: int, until_s: float) -> tuple[MatchEvent, ...]:
    match = MatchStream(seed)
    match.scene_at(until_s)
    return match.events_until(until_s)


def _judge(transcript: Transcript, seed: int, offset_s: float = 0.0) -> MatchScore:
    """Judge the lines, whose stream began when the match had been played for `offset_s`."""
    said = {round(line.start_s): line.text for line in transcript.lines}
    heard = [
        HeardLine(second + offset_s, second + 1 + offset_s, said.get(second, ""))
        for second in range(min(said), max(said) + 1)
    ]
    first = int(heard[0].start_s)
    events = [
        event
        for event in _events(seed, heard[-1].end_s)
        if first <= round_of(event) < first + len(heard)
    ]
    return sum_up(judge_rounds(heard, events, MatchStream(seed).teams))


def _write_match_video(path: Path) -> None:
    match = MatchStream(SEED, width=VIDEO_WIDTH, height=VIDEO_HEIGHT)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=VIDEO_FPS)
        stream.width, stream.height, stream.pix_fmt = VIDEO_WIDTH, VIDEO_HEIGHT, "yuv420p"
        for index in range(VIDEO_S * VIDEO_FPS):
            frame = av.VideoFrame.from_ndarray(match.frame_at(index / VIDEO_FPS), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, VIDEO_FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_a_real_video_of_the_match_is_commented_rightly(tmp_path: Path) -> None:
    video = tmp_path / "match.mp4"
    _write_match_video(video)
    introduction = MatchStream(SEED).introduction
    options = ["--speed", "max", "--previous-text", introduction, "--formats", "srt"]
    _kibitz("run", str(video), "--out", str(tmp_path / "out"), *options)
    transcript = _saved(tmp_path / "out")
    assert len(transcript.lines) == VIDEO_S
    score = _judge(transcript, SEED)
    assert score.all_kinds.f1 >= MINIMUM_F1
    assert score.names.value >= MINIMUM_NAMES


def _watch_window(x_server: XServer, folder: Path, seconds: int) -> MatchScore:
    """Comment on a window that shows the match half as large again, the pointer over it."""
    command = ["-m", "ui.match_window", "--seed", str(SEED), "--scale", "1.5", "--bare"]
    window_options = [*command, "--at", "60", "40"]
    with running(
        [sys.executable, *window_options], x_server.environment(), stdout=subprocess.PIPE
    ) as window:
        assert window.stdout is not None
        source = window.stdout.readline().decode().strip()
        shown_at = time.time()
        options = ["--seconds", str(seconds), "--previous-text", MatchStream(SEED).introduction]
        _kibitz("run", source, "--out", str(folder), "--formats", "srt", *options)
    transcript = _saved(folder)
    # The match runs since a moment before its window said where it is.
    first = transcript.lines[0]
    since_shown_s = first.captured_at - (first.end_s - SAMPLE_S) - shown_at
    scores = [
        _judge(transcript, SEED, since_shown_s + lead_tenths / 10) for lead_tenths in range(25)
    ]
    return max(scores, key=lambda score: score.all_kinds.f1)


def test_a_window_on_a_real_screen_is_commented_rightly(x_server: XServer, tmp_path: Path) -> None:
    score = _watch_window(x_server, tmp_path, SCREEN_S)
    assert score.all_kinds.f1 >= MINIMUM_F1
    assert score.names.value >= MINIMUM_NAMES


@pytest.mark.slow
@pytest.mark.timeout(LONG_SCREEN_S + 300)
def test_a_window_on_a_real_screen_costs_hardly_any_accuracy(
    x_server: XServer, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    captured = _watch_window(x_server, tmp_path / "captured", LONG_SCREEN_S)
    options = ["--seconds", str(LONG_SCREEN_S), "--speed", "max", "--formats", "srt"]
    _kibitz("run", f"match:{SEED}", "--out", str(tmp_path / "drawn"), *options)
    drawn = _judge(_saved(tmp_path / "drawn"), SEED)
    record_property("F1 captured, drawn", (captured.all_kinds.f1, drawn.all_kinds.f1))
    assert captured.all_kinds.f1 >= drawn.all_kinds.f1 - HIGHEST_LOSS
