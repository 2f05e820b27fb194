"""The command on real videos with a real model: reports, going on after a kill, workers, hosts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from engine.data.batch import MOST_REFUSED_AT_FIRST
from tests import ROOT
from tests.support.chat import Fails, Says
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.chat import Answer, ChatEndpoint, Question

SCOPE = ["--start", "8", "--segment", "8", "--min-words", "3", "--threads", "1"]


def arguments(data: Path, out: Path, *more: str) -> list[str]:
    return ["evaluate", "inf-streams", "--data", str(data), "--out", str(out), *SCOPE, *more]


def in_process(*command: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", *command]


def report(out: Path) -> dict[str, dict[str, object]]:
    return json.loads((out / "report.json").read_text())


def entries(out: Path) -> list[dict[str, object]]:
    path = out / "journal.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def words(out: Path) -> list[object]:
    return [entry["lines"] for entry in sorted(entries(out), key=lambda entry: str(entry["key"]))]


def perfect(folder: Path, data: Path) -> Path:
    """The reference itself as a candidate's words."""
    path = folder / "perfect.jsonl"
    path.write_text((data / "metadata.jsonl").read_text())
    return path


def silent(folder: Path) -> Path:
    path = folder / "silent.jsonl"
    path.write_text("".join(f'{{"video": "match-{n}.mp4", "content": []}}\n' for n in (1, 2)))
    return path


def rude(folder: Path) -> Path:
    """Words in every stretch that no judge takes."""
    path = folder / "rude.jsonl"
    content = [[second, second + 1, "Damn."] for second in range(8, 24)]
    videos = ({"video": f"match-{n}.mp4", "content": content} for n in (1, 2))
    path.write_text("".join(f"{json.dumps(video)}\n" for video in videos))
    return path


def prefers_words(question: Question) -> Answer:
    """Finds the commentary better that says anything."""
    first = question.user.split("---Commentary A---")[1].split("---Commentary B---")[0]
    return Says("B" if "(nothing was said)" in first else "A")


def test_the_report_says_who_won_in_time_and_how(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    chat_endpoint.answer = prefers_words
    judge = ["--judge-endpoint", chat_endpoint.url, "--judge-model", "j", "--length-control"]
    given = [
        f"--precomputed=perfect={perfect(tmp_path, match_data)}",
        f"--precomputed=silent={silent(tmp_path)}",
    ]
    own = (tmp_path / "perfect.jsonl").read_bytes()
    assert main(arguments(match_data, tmp_path, *given, *judge, "--yes")) == 0
    assert (tmp_path / "perfect.jsonl").read_bytes() == own

    told = report(tmp_path)
    (compared,) = told["comparisons"]
    assert isinstance(compared, dict)
    assert (compared["first"], compared["second"]) == ("perfect", "silent")
    assert compared["win_rate"] == 1
    assert compared["wins"] == 2 * told["data"]["segments"] == len(chat_endpoint.questions)
    assert compared["interval_95"] == [1, 1]
    scores = [item["timeliness"]["f1"] for item in told["candidates"]]  # pyright: ignore
    assert scores == [1, 0]
    page = (tmp_path / "report.md").read_text()
    for part in (
        *(f"Judge j at {chat_endpoint.url}", "prompt “own”", "100.00 (100.00 to 100.00)"),
        *("SHA-256", "over 2 videos", "by fifths", "win-rates.png", f"torch {version('torch')}"),
    ):
        assert part in page
    assert (tmp_path / "win-rates.png").read_bytes().startswith(b"\x89PNG")

    asked = len(chat_endpoint.questions)
    assert main(arguments(match_data, tmp_path, *given, *judge, "--yes")) == 0
    assert len(chat_endpoint.questions) == asked


@pytest.mark.parametrize("seconds", ["0", "0.5", "-3", "inf", "nan"])
def test_chunks_shorter_than_a_second_are_refused(
    match_data: Path, tmp_path: Path, seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    modes = ["--modes", "chunks", f"--chunk={seconds}"]
    assert main(arguments(match_data, tmp_path, *modes)) == 2
    assert "a chunk must last at least a second" in capsys.readouterr().err


@pytest.mark.parametrize("names", [["journal"], ["silent"], ["Host 1", "host:1"], ["judge-1"]])
def test_words_are_never_written_over_other_files(
    match_data: Path, tmp_path: Path, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = [f"--precomputed=other={silent(tmp_path)}"]
    given += [f"--api={name}=m@http://127.0.0.1:9" for name in names]
    assert main(arguments(match_data, tmp_path, *given)) == 2
    told = capsys.readouterr().err
    assert f"the words of '{names[-1]}' would be written over {tmp_path}" in told


def test_what_the_judge_refuses_is_listed_and_given_to_no_side(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    filtered = [Fails(400, b'{"error": {"message": "content policy"}}')]
    chat_endpoint.answer = lambda asked: filtered.pop() if filtered else prefers_words(asked)
    judge = ["--judge-endpoint", chat_endpoint.url, "--judge-model", "j", "--yes"]
    given = [
        f"--precomputed=perfect={perfect(tmp_path, match_data)}",
        f"--precomputed=silent={silent(tmp_path)}",
    ]
    assert main(arguments(match_data, tmp_path, *given, *judge, "--parallel", "1")) == 0
    told = report(tmp_path)
    (compared,) = told["comparisons"]
    assert isinstance(compared, dict)
    assert (compared["refused"], compared["losses"], compared["win_rate"]) == (1, 0, 1)
    (sentence,) = compared["refusals"]
    assert sentence.startswith("match-1.mp4, match-1.mp4 ")
    assert "refused with status 400" in sentence
    assert f"- perfect against silent: {sentence}" in (tmp_path / "report.md").read_text()


@pytest.mark.parametrize("others", [("silent", "rude"), ("rude", "silent")])
def test_a_candidate_whose_every_segment_is_refused_leaves_the_others_judged(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint, others: tuple[str, str]
) -> None:
    filtered = Fails(400, b'{"error": {"message": "content policy"}}')
    chat_endpoint.answer = lambda asked: filtered if "Damn." in asked.user else prefers_words(asked)
    judge = ["--judge-endpoint", chat_endpoint.url, "--judge-model", "j", "--yes"]
    files = {"silent": silent(tmp_path), "rude": rude(tmp_path)}
    given = [f"--precomputed=perfect={perfect(tmp_path, match_data)}"]
    given += [f"--precomputed={name}={files[name]}" for name in others]
    given += ["--segment", "4", "--min-words", "1"]
    for _ in ("first", "again"):
        assert main(arguments(match_data, tmp_path, *given, *judge)) == 0
        told = report(tmp_path)
        num_votes = 2 * told["data"]["segments"]  # pyright: ignore
        assert num_votes > MOST_REFUSED_AT_FIRST
        votes = {item["second"]: (item["wins"], item["refused"]) for item in told["comparisons"]}  # pyright: ignore
        assert votes == {"silent": (num_votes, 0), "rude": (0, num_votes)}


@pytest.mark.parametrize("answer", [Fails(400), Says("")])
def test_a_hosted_model_that_refuses_a_chunk_is_silent_there(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint, answer: Answer
) -> None:
    chat_endpoint.answer = lambda asked: (
        answer if "8 to 16 s" in asked.user else Says("[17] A shot.")
    )
    api = ["--api", f"host=vision@{chat_endpoint.url}", "--chunk", "8", "--yes"]
    assert main(arguments(match_data, tmp_path, *api)) == 0
    lines = (tmp_path / "host.jsonl").read_text().splitlines()
    assert [json.loads(line)["content"] for line in lines] == [[[17, 24, "A shot."]]] * 2
    told = report(tmp_path)
    assert len(told["unanswered"]) == 2
    page = (tmp_path / "report.md").read_text()
    assert "- host, match-1.mp4, from 8 s: " in page.partition("silent there")[2]
    asked = len(chat_endpoint.questions)
    assert main(arguments(match_data, tmp_path, *api)) == 0
    assert len(chat_endpoint.questions) == asked


def test_no_key_is_written(
    match_data: Path,
    tmp_path: Path,
    chat_endpoint: ChatEndpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    chat_endpoint.answer = prefers_words
    judge = ["--judge-endpoint", chat_endpoint.url, "--judge-model", "j", "--yes"]
    given = [
        f"--precomputed=perfect={perfect(tmp_path, match_data)}",
        f"--precomputed=silent={silent(tmp_path)}",
    ]
    assert main(arguments(match_data, tmp_path, *given, *judge)) == 0
    assert chat_endpoint.questions[0].authorization == "Bearer sk-very-secret"
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"sk-very-secret" not in path.read_bytes()


def test_a_hosted_model_gets_the_same_frames_in_chunks(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    chat_endpoint.answer_in_turn(Says("[9] A pass."), Says("[17] A shot."), Says("Nothing timed."))
    api = ["--api", f"host=vision@{chat_endpoint.url}", "--chunk", "8", "--yes"]
    assert main(arguments(match_data, tmp_path, *api)) == 0
    assert [len(question.images) for question in chat_endpoint.questions] == [16, 16, 16, 16]
    assert "8 to 16 s" in chat_endpoint.questions[0].user
    lines = (tmp_path / "host.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["content"] == [[9, 16, "A pass."], [17, 24, "A shot."]]


@pytest.mark.parametrize("before", ["people", "own", "nothing"])
def test_a_chunk_is_told_what_was_asked_for(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint, before: str
) -> None:
    chat_endpoint.answer_in_turn(Says("[9] My own words."))
    api = ["--api", f"host=vision@{chat_endpoint.url}", "--chunk", "8", "--yes"]
    assert main(arguments(match_data, tmp_path, *api, "--before", before)) == 0
    game = json.loads((match_data / "metadata.jsonl").read_text().splitlines()[0])
    early, late = (
        " ".join(text for _, end, text in game["content"] if begin < end <= begin + 8)
        for begin in (0, 8)
    )
    first, second = (question.user for question in chat_endpoint.questions[:2])
    assert (early in first, early in second) == (before != "nothing", before != "nothing")
    assert (late in second) == (before == "people")
    assert ("My own words." in second) == (before == "own")
    assert (
        f"told {'nothing' if before == 'nothing' else 'what people'}"
        in (tmp_path / "report.md").read_text()
    )


def test_a_hosted_model_is_sent_nothing_before_the_user_agrees(
    match_data: Path,
    tmp_path: Path,
    chat_endpoint: ChatEndpoint,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "n")
    api = ["--api", f"host=vision@{chat_endpoint.url}", "--chunk", "8"]
    assert main(arguments(match_data, tmp_path, *api)) == 1
    assert "4 requests with 64 pictures" in capsys.readouterr().err
    assert not chat_endpoint.questions


def test_a_kill_neither_repeats_nor_loses_a_piece(
    match_data: Path, match_model: Path, tmp_path: Path
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    modes = ["--model", str(match_model), "--modes", "chunks", "--chunk", "4"]
    modes += ["--schemes", "streaming,window_overlap"]
    assert main(arguments(match_data, whole, *modes)) == 0
    assert len(entries(whole)) == 16

    command = in_process(*arguments(match_data, broken, *modes))
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: len(entries(broken)) >= 2, "two pieces", timeout_s=100)
        os.kill(process.pid, signal.SIGKILL)
    before = entries(broken)
    assert 2 <= len(before) < 16
    assert main(arguments(match_data, broken, *modes)) == 0
    after = entries(broken)
    assert after[: len(before)] == before
    assert len({str(entry["key"]) for entry in after}) == len(after) == 16
    assert words(broken) == words(whole)


def test_two_workers_say_what_one_says(match_data: Path, match_model: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    modes = ["--model", str(match_model), "--modes", "all", "--chunk", "8"]
    assert main(arguments(match_data, one, *modes)) == 0
    modes += ["--workers", "2"]
    done = subprocess.run(
        in_process(*arguments(match_data, two, *modes)),
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert words(one) == words(two)
    assert len(entries(two)) == 6


def test_clips_are_judged_as_livecc_does(
    match_data: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    better = "Commentary A is better aligned with the human commentary"
    chat_endpoint.answer_in_turn(Says(better))
    lines = {
        name: "".join(
            json.dumps({"video_id": f"match-{n}", "event_id": 0, "end": 20, "pred": name}) + "\n"
            for n in (1, 2)
        )
        for name in ("one", "other")
    }
    for name, text in lines.items():
        (tmp_path / f"{name}.jsonl").write_text(text)
    given = [f"--precomputed={name}={tmp_path / name}.jsonl" for name in lines]
    judge = ["--judge-endpoint", chat_endpoint.url, "--judge-model", "j", "--yes"]
    out = tmp_path / "out"
    command = ["evaluate", "livesports3k-cc", "--data", str(match_data), "--out", str(out)]
    assert main([*command, *given, *judge]) == 0
    told = report(out)
    assert told["judge"]["prompt"] == "livecc"
    (compared,) = told["comparisons"]
    assert isinstance(compared, dict)
    assert (compared["wins"], compared["losses"], compared["unparsable"]) == (2, 2, 0)
    rules = {(asked.system, asked.temperature, asked.seed) for asked in chat_endpoint.questions}
    assert rules == {(None, 0, 42)}
    page = (out / "report.md").read_text()
    assert "temperature 0, seed 42, prompt “livecc”" in page
    assert "by fifths" not in page  # a clip is judged as a whole


def test_attention_without_bound_falls_silent_where_memory_ends(
    match_data: Path, small_folder: Path, tmp_path: Path
) -> None:
    """A cache that is full ends a stream and not the evaluation."""
    model = ["--model", str(small_folder), "--schemes", "full", "--max-seconds", "6"]
    limit = ["--max-cache-gib", "1e-9"]
    assert main(arguments(match_data, tmp_path, *model, *limit)) == 0
    page = (tmp_path / "report.md").read_text()
    assert "match-1.mp4, from 8 s: ended at 9 s: the cache held" in page
    assert [entry["stopped"] is None for entry in entries(tmp_path)] == [False, False]
