"""Exported matches: the files are what the data tools read, and show and say what happened."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.cli import main
from engine.data.checking import Checker
from engine.data.clips import TIME_TOLERANCE_S
from engine.data.frames import read_frames, video_duration_s
from engine.data.samples import SampleFile, read_samples
from engine.errors import ConfigError, DataError
from engine.match import EventKind, MatchStream
from engine.match.commentary import commentate, round_of
from engine.match.export import ExportSettings, export_matches
from engine.match.parsing import parse_line

if TYPE_CHECKING:
    from pathlib import Path

SEEDS, SECONDS = (5, 6), 40
SETTINGS = ExportSettings(SECONDS, width=168, height=112, instruction="Call the play.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    said: list[str] = []
    export_matches(SEEDS, SETTINGS, folder, said.append)
    assert "match-5.mp4" in said[0]
    return folder


def truth(folder: Path, seed: int) -> list[dict[str, object]]:
    records = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]
    return [record for record in records if record["video"] == f"match-{seed}.mp4"]


@pytest.mark.parametrize("seed", SEEDS)
def test_truth_is_every_event_that_shows(folder: Path, seed: int) -> None:
    match = MatchStream(seed)
    match.scene_at(SECONDS)
    events = [event for event in match.events_until(SECONDS) if round_of(event) < SECONDS]
    records = truth(folder, seed)
    assert [(record["time_s"], record["kind"]) for record in records] == [
        (event.time_s, event.kind) for event in events
    ]
    for record, event in zip(records, events, strict=True):
        assert event.team is not None
        assert record["team"] == match.teams.names[event.team]
        assert record["colour"] == match.teams.colours[event.team]
        assert record["score"] == dict(zip(match.teams.names, event.score, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_words_are_spoken_in_the_second_in_which_the_event_shows(folder: Path, seed: int) -> None:
    (stream,) = (s for s in read_samples(folder / "streams.jsonl") if f"-{seed}." in s.video)
    assert (stream.video_start, stream.video_end) == (0, SECONDS)
    assert stream.previous == MatchStream(seed).introduction
    assert stream.text == "Call the play."
    said: dict[int, list[str]] = {}
    for word in stream.text_stream:
        second = int(word.start_s)
        assert second < word.start_s < word.end_s < second + 1
        said.setdefault(second, []).append(word.word)
    told = {record["second"]: str(record["line"]).split() for record in truth(folder, seed)}
    assert said == told
    for record in truth(folder, seed):
        claim = parse_line(str(record["line"]))
        assert claim is not None
        assert claim.kind == record["kind"]
        assert (claim.name, claim.colour, claim.zone) == (
            record["team"],
            record["colour"],
            record["zone"],
        )


def test_clips_are_sound_training_data(folder: Path) -> None:
    faults: list[str] = []
    summary = Checker(folder).check_file(folder / "clips.jsonl", faults.append)
    assert not faults
    clips = SampleFile(folder / "clips.jsonl")
    assert len(clips) == 2 * 3  # 0-24, 12-36, 24-40 of each match
    assert summary.describe()
    second = clips[1]
    assert (second.video_start, second.video_end) == (12, 36)
    assert second.previous.startswith(MatchStream(5).introduction)
    assert all(12 < word.end_s <= 36 + TIME_TOLERANCE_S for word in second.text_stream)


def test_the_video_shows_the_pictures_of_the_match(folder: Path) -> None:
    path = folder / "match-5.mp4"
    assert video_duration_s(path) == pytest.approx(SECONDS, abs=0.11)
    match = MatchStream(5)
    for index, frame in enumerate(read_frames(path, 0.0, 2.0, 2 * SECONDS)):
        shown = match.frame_at(index / 2)
        assert frame.shape == shown.shape
        apart = np.abs(frame.astype(int) - shown.astype(int))
        assert apart.mean() < 8  # noise is the first that compression takes away


def test_two_frames_a_second_see_the_cue_of_every_event(folder: Path) -> None:
    """The cue is in the frame where the truth says, and the half second before has none of it."""
    frames = list(read_frames(folder / "match-6.mp4", 0.0, 2.0, 2 * SECONDS))
    match = MatchStream(6)
    cues = [match.scene_at(index / 2).cue for index in range(2 * SECONDS)]
    shown = [index for index, cue in enumerate(cues) if cue is not None]
    assert sorted(index // 2 for index in shown) == [r["second"] for r in truth(folder, 6)]
    for index in shown:
        cue = cues[index]
        assert cue is not None
        if cue.kind is EventKind.GOAL or index == 0:
            continue
        x, y = (round(place * 2.8) for place in cue.place)
        here = (slice(max(0, y - 12), y + 12), slice(max(0, x - 12), x + 12))
        change = np.abs(frames[index][here].astype(int) - frames[index - 1][here].astype(int))
        assert change.mean() > 8


def test_lines_are_those_of_the_commentator(folder: Path) -> None:
    match = MatchStream(5)
    match.scene_at(SECONDS)
    events = [event for event in match.events_until(SECONDS) if round_of(event) < SECONDS]
    lines = commentate(events, match.teams, random.Random("export 5"))
    assert [record["line"] for record in truth(folder, 5)] == [line.text for line in lines]


def test_the_command_writes_any_size_and_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["match", "export", "--seed", "7", "--minutes", "0.05", "--out", str(tmp_path)]
    assert main([*arguments, "--size", "120x80", "--fps", "25"]) == 0
    frames = list(read_frames(tmp_path / "match-7.mp4", 0.0, 25.0, 75))
    assert {frame.shape for frame in frames} == {(80, 120, 3)}
    assert {path.name for path in tmp_path.iterdir()} == {
        *("match-7.mp4", "truth.jsonl"),
        *("streams.jsonl", "streams_seeks.jsonl", "clips.jsonl", "clips_seeks.jsonl"),
    }
    assert "1 clips" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "width", "fps", "message"),
    [(0, 168, 10, "at least a second"), (5, 167, 10, "must be even"), (5, 168, 12, "rate")],
)
def test_impossible_videos_are_refused(seconds: int, width: int, fps: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ExportSettings(seconds, width=width, height=112, video_fps=fps)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(DataError, match="cannot write to"):
        export_matches(SEEDS, SETTINGS, taken, str)
