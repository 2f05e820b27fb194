"""The blind comparison at a terminal: nobody can tell which is which, and no vote is lost."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from engine.evaluation.commentary.tasks import Line
from engine.evaluation.compare.blind import VoteFile, lines_for, outcome_of, stretches_of
from engine.evaluation.compare.subtitles import MOST_WORDS, SubtitleTrack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A = [Line(10.0 * n, 10.0 * n + 5, f"good line {n}") for n in range(12)]
B = [Line(10.0 * n, 10.0 * n + 5, f"bad line {n}") for n in range(12)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, lines in (("a", A), ("b", B)):
        content = [list(line) for line in lines]
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"video": "v.mp4", "content": content}))
    (tmp_path / "v.mp4").touch()
    return tmp_path


def command(folder: Path) -> list[str]:
    files = [str(folder / name) for name in ("a.jsonl", "b.jsonl")]
    votes = ["--votes", str(folder / "votes.jsonl"), "--seconds", "10"]
    return ["compare", *files, "--video", str(folder / "v.mp4"), *votes, "--terminal"]


def person(capsys: pytest.CaptureFixture[str], leaves_after: int = 1000) -> Callable[[str], str]:
    """Someone who prefers good lines, once mistypes, and leaves at some time."""
    asked: list[str] = []

    def reply(_prompt: str) -> str:
        shown = capsys.readouterr().out
        asked.append(shown)
        if len(asked) > leaves_after:
            return "q"
        return "1" if "1: good" in shown else "2"

    return reply


def test_the_better_one_wins_wherever_it_is_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", person(capsys))
    assert main(command(folder)) == 0
    said = capsys.readouterr().err
    assert "A was preferred in 100.0 % of 12 decided" in said
    votes = [json.loads(line) for line in (folder / "votes.jsonl").read_text().splitlines()]
    assert {vote["swapped"] for vote in votes} == {True, False}


def test_leaving_and_coming_back_asks_nothing_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", person(capsys, leaves_after=5))
    assert main(command(folder)) == 0
    with (folder / "votes.jsonl").open("a") as file:
        file.write('{"key": "cut o')  # killed while writing
    monkeypatch.setattr("builtins.input", person(capsys))
    assert main(command(folder)) == 0
    assert len((folder / "votes.jsonl").read_text().splitlines()) == 12


def test_without_a_display_the_terminal_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("builtins.input", person(capsys, leaves_after=1))
    assert main([part for part in command(folder) if part != "--terminal"]) == 0
    assert "of 1 decided" in capsys.readouterr().err


def test_words_of_a_line_come_one_by_one_and_go_some_time_after_it() -> None:
    track = SubtitleTrack([Line(10, 14, "one two three four"), Line(30, 30, "at once")])
    read = {at: track.text_at(at) for at in (9.9, 10, 11.5, 14, 17.9, 18.1, 30)}
    assert read == {
        9.9: "",
        10: "one",
        11.5: "one two",
        14: "one two three four",
        17.9: "one two three four",
        18.1: "",
        30: "at once",
    }


def test_of_a_long_line_the_newest_words_are_read() -> None:
    words = [str(number) for number in range(100)]
    track = SubtitleTrack([Line(0, 100, " ".join(words))])
    assert track.text_at(50).split() == words[50 - MOST_WORDS : 50]


def test_equal_texts_are_not_asked_about_and_ties_are_for_nobody(tmp_path: Path) -> None:
    stretches = stretches_of([*A[:2], B[2]], B[:3], 10, seed=0)
    assert len(stretches) == 2
    with closing(VoteFile(tmp_path / "votes.jsonl")) as votes:
        votes.cast(stretches[0], "tie")
        votes.cast(stretches[1], "first")
        counted = votes.result(stretches, seed=0).tally
    assert (counted.ties, counted.decided) == (1, 1)
    assert outcome_of("first", swapped=True) == outcome_of("second", swapped=False) == "loss"


@pytest.mark.parametrize("told", ["v.mp4", "v", "NBA/v.mp4"])
def test_a_video_is_known_by_its_name_whatever_folder_the_data_names(
    tmp_path: Path, told: str
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"video": told, "content": [list(A[0])]}))
    assert lines_for(tmp_path / "a.jsonl", tmp_path / "films" / "v.mp4") == A[:1]


def test_a_video_that_a_file_does_not_know_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "w.mp4").touch()
    arguments = [part.replace("v.mp4", "w.mp4") for part in command(folder)]
    assert main(arguments) == 2
    assert "says nothing about 'w.mp4'; it has v.mp4" in capsys.readouterr().err
