"""The whole command on a tiny model: reports, going on after a kill, the guard on memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from engine.errors import EngineError, NotEnoughMemoryError
from engine.evaluation.journal import JOURNAL
from engine.evaluation.match.journal import RunJournal
from engine.evaluation.match.runs import run_from_json, run_to_json
from engine.evaluation.match.settings import MatchSettings
from engine.evaluation.match.suite import evaluate
from tests import ROOT
from tests.engine.checkpoints import save_checkpoint
from tests.engine.evaluation.match.commentators import as_run, told_perfectly
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from engine.evaluation.match.runs import FinishedRun


def settings_for(folder: Path, out: Path) -> MatchSettings:
    return MatchSettings((str(folder),), ("streaming",), (1, 2), 6, out, threads=1)


def entries(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / JOURNAL).read_text().splitlines()]


def quiet(_message: str) -> None:
    """Hear nothing."""


def test_report_says_everything(small_folder: Path, tmp_path: Path) -> None:
    variants = ("streaming", "full", "vision_16")
    settings = replace(settings_for(small_folder, tmp_path), variants=variants)
    said: list[str] = []
    page = evaluate(settings, said.append).read_text()
    assert said == [f"4 runs to make, 0 are in {tmp_path / JOURNAL}"]  # vision_16 is streaming

    report = json.loads((tmp_path / "report.json").read_text())
    assert report["settings"]["seeds"] == [1, 2]
    assert report["settings"]["seconds"] == 6
    rows = {row["variant"]: row for row in report["rows"]}
    assert tuple(rows) == variants
    assert rows["vision_16"]["runs"] == rows["streaming"]["runs"]
    assert rows["streaming"]["minutes"] == 0.2
    assert rows["streaming"]["cache"]["within_bound"] is True
    assert rows["streaming"]["config"]["vision_window_rounds"] == 16
    assert rows["full"]["cache"]["bound_tokens"] is None
    assert rows["full"]["seconds_per_round"]["median"] > 0
    assert set(rows["full"]["kinds"]) >= {"goal", "pass", "half-time"}
    assert len(rows["streaming"]["bars"]) == 13
    assert {run["origin"]["threads"] for run in report["runs"]} == {1}
    assert all(run["origin"]["versions"]["torch"] and run["wall_s"] > 0 for run in report["runs"])
    assert report["runs"][0]["model"]["num_parameters"] > 0
    assert [item["row"].split()[0] for item in report["against_streaming"]] == ["full"]

    for words in (
        *("F1 of goal", "≥ 0.95", "score right at goals, after 15 min", "no data"),
        *("## All variants", "interception | tackle", "## Against streaming", "too short to tell"),
        *("## Not run", "native_positions", "overlapped clips", "real screen", "quality.png"),
    ):
        assert words in page
    for name in report["plots"]:
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_what_is_finished_is_not_run_again(small_folder: Path, tmp_path: Path) -> None:
    settings = settings_for(small_folder, tmp_path)
    evaluate(settings, quiet)
    before = (tmp_path / JOURNAL).read_bytes()
    first = (tmp_path / "report.md").read_text()
    said: list[str] = []
    evaluate(settings, said.append)
    assert said == [f"0 runs to make, 2 are in {tmp_path / JOURNAL}"]
    assert (tmp_path / JOURNAL).read_bytes() == before
    assert (tmp_path / "report.md").read_text() == first
    evaluate(replace(settings, seeds=(2, 3)), said.append)
    assert said[-1].startswith("1 runs to make, 1 are in")
    assert (tmp_path / JOURNAL).read_bytes().startswith(before)


def test_a_model_that_was_trained_on_is_run_anew(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    said: list[str] = []
    for seed in (0, 1):
        save_checkpoint(folder, seed=seed)
        evaluate(settings_for(folder, tmp_path / "out"), said.append)
    assert said[-1].startswith("2 runs to make")


def test_two_models_are_compared(small_folder: Path, tmp_path: Path) -> None:
    other = save_checkpoint(tmp_path, seed=1)
    settings = settings_for(small_folder, tmp_path / "out")
    page = evaluate(replace(settings, models=(str(small_folder), str(other))), quiet).read_text()
    assert "## Model against model" in page
    assert "needs two models" not in page


def test_full_attention_ends_where_memory_does(small_folder: Path, tmp_path: Path) -> None:
    settings = replace(
        settings_for(small_folder, tmp_path), variants=("streaming", "full"), max_cache_bytes=1
    )
    page = evaluate(settings, quiet).read_text()
    rounds = {(entry["stopped"] is None): len(entry["texts"]) for entry in entries(tmp_path)}  # type: ignore[arg-type]
    assert rounds == {True: 6, False: 1}
    assert "match 1 ended after 1 of 6 rounds: the cache held" in page
    assert "GiB allowed" in page


def test_another_limit_on_the_cache_is_another_run(small_folder: Path, tmp_path: Path) -> None:
    settings = settings_for(small_folder, tmp_path)
    settings = replace(settings, variants=("streaming", "full"), max_cache_bytes=1)
    evaluate(settings, quiet)
    said: list[str] = []
    evaluate(replace(settings, max_cache_bytes=None), said.append)
    assert said[0].startswith("2 runs to make, 2 are in"), "what has a bound knows no limit"
    assert "ended after" not in (tmp_path / "report.md").read_text()


def test_a_run_without_a_round_is_told_and_tried_again(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(small_folder, tmp_path)

    def no_room(*_args: object, **_options: object) -> None:
        raise NotEnoughMemoryError("there is no room now")

    with monkeypatch.context() as patched:
        patched.setattr("engine.stream.CommentaryStream.step", no_room)
        page = evaluate(settings, quiet).read_text()
    assert "there is no room now" in page
    assert entries(tmp_path) == []
    said: list[str] = []
    assert "there is no room now" not in evaluate(settings, said.append).read_text()
    assert said[0].startswith("2 runs to make, 0 are in")


def test_a_kill_loses_no_finished_run_and_none_is_made_twice(
    small_folder: Path, tmp_path: Path
) -> None:
    command = [
        *(sys.executable, "-m", "app", "evaluate", "match", "--model", str(small_folder)),
        *("--seeds", "1,2,3,4", "--minutes", "0.15", "--schemes", "streaming"),
        *("--out", str(tmp_path), "--threads", "1"),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    journal = tmp_path / JOURNAL

    def started() -> bool:
        return journal.exists() and journal.read_bytes().count(b"\n") >= 1

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(started, "a finished run", timeout_s=120)
        finally:
            process.send_signal(signal.SIGKILL)
    kept = journal.read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]
    with journal.open("ab") as file:
        file.write(b'{"key": "torn')  # as a kill in the middle of a line would leave it
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    finished = kept.count(b"\n")
    assert finished < 4
    assert f"{4 - finished} runs to make, {finished} are in" in done.stderr
    assert journal.read_bytes().startswith(kept)
    keys = [entry["key"] for entry in entries(tmp_path)]
    assert len(keys) == len(set(keys)) == 4
    assert len(json.loads((tmp_path / "report.json").read_text())["runs"]) == 4


def test_runs_come_back_from_the_journal_as_they_were(tmp_path: Path) -> None:
    run = as_run(told_perfectly(3), 3)
    assert run_from_json(json.loads(json.dumps(run_to_json(run)))) == run
    with RunJournal(tmp_path / JOURNAL) as journal:
        assert journal.find(run.request.key) is None
        journal.add(run)
        with pytest.raises(EngineError, match="another evaluation is writing"):
            RunJournal(tmp_path / JOURNAL)
    with RunJournal(tmp_path / JOURNAL) as journal:
        assert journal.find(run.request.key) == run


@pytest.mark.parametrize("line", [b"[]", b"{}", b"not JSON", b'{"request": {}}'])
def test_a_damaged_journal_is_named_by_line(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    path.write_bytes(json.dumps(run_to_json(_a_run())).encode() + b"\n" + line + b"\n")
    with pytest.raises(EngineError, match=r"journal\.jsonl, line 2: not a run"):
        RunJournal(path)


def _a_run() -> FinishedRun:
    return as_run(told_perfectly(3), 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "1,1"], "at least one seed, and none of them twice"),
        (["--minutes", "0"], "at least a second"),
        (["--threads", "0"], "threads must be at least 1"),
        (["--max-cache-gib", "-1"], "must be positive"),
        (["--model", "nowhere"], "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "match", "--out", str(tmp_path), *arguments]) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--schemes", "streaming,fast"], "there is no fast"), (["--seeds", "x"], "no list of num")],
)
def test_arguments_that_mean_nothing_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "match", *arguments])
    assert message in capsys.readouterr().err
