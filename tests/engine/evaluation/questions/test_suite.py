"""The whole pipeline on proof data: exact with a scripted answerer, whole after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
import torch

from app.cli import main
from engine.data.frames import sample_times
from engine.errors import DataError
from engine.evaluation.journal import JOURNAL
from engine.evaluation.pool import PoolSettings
from engine.evaluation.questions.answerers import Answer, open_answerer, spread
from engine.evaluation.questions.answers import answer_of
from engine.evaluation.questions.catalogue import SUITES
from engine.evaluation.questions.proof import write_proof
from engine.evaluation.questions.settings import QuestionSettings
from engine.evaluation.questions.suite import evaluate
from tests import ROOT
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import Tensor

    from engine import LoadedModel
    from engine.evaluation.questions.items import Form, Question
    from engine.evaluation.questions.settings import Mode


def quiet(_message: str) -> None:
    """Hear nothing."""


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proof")
    write_proof(0, 8, folder, quiet)
    return folder


@dataclass
class Script:
    """Knows every answer in standard mode; in streaming mode none of those about counts."""

    mode: Mode
    asked: list[str] = field(default_factory=list[str])

    def answer(self, question: Question) -> Answer:
        self.asked.append(question.id)
        if question.task == "HLD":
            raise DataError("the video breaks off")
        said = "I wonder" if self.mode == "streaming" and question.form == "count" else None
        return Answer(said or f"{question.answer}.", 0.5, 8, 100)


def settings_for(suite: str, model: Path, proof: Path, out: Path) -> QuestionSettings:
    return QuestionSettings(
        suite, (str(model),), proof / suite, out, max_pixels=56 * 56, pool=PoolSettings(threads=1)
    )


def test_a_scripted_answerer_scores_exactly(
    small_folder: Path, proof: Path, tmp_path: Path
) -> None:
    def opened(_model: LoadedModel, mode: Mode, _settings: QuestionSettings) -> Script:
        return Script(mode)

    settings = settings_for("ovobench", small_folder, proof, tmp_path)
    page = evaluate(settings, quiet, opened).read_text()
    report = json.loads((tmp_path / "report.json").read_text())
    standard, streaming = report["rows"]
    assert (standard["mode"], streaming["mode"]) == ("standard", "streaming")
    assert standard["total"]["accuracy"] == 1.0
    assert standard["total"]["failed"] == 1  # HLD could not be put, and does not count
    assert standard["groups"]["Backward"]["tasks"]["HLD"]["accuracy"] is None
    counts = streaming["groups"]["Forward"]["tasks"]["REC"]
    assert counts["accuracy"] == 0.0
    assert counts["unparsable"] == counts["right"] + counts["wrong"] + counts["unparsable"] > 0
    assert streaming["groups"]["Forward"]["mean_of_tasks"] == pytest.approx(2 / 3)
    assert streaming["mean_of_groups"] == pytest.approx((1 + 1 + 2 / 3) / 3)
    assert set(report["checksums"]) == {"ovo_bench_new.json", "match-0.mp4"}
    assert (tmp_path / "accuracy.png").read_bytes().startswith(b"\x89PNG")
    for words in (
        "*standard*",
        "*streaming*",
        "61.96",
        "the video breaks off",
        "66.67",
        "unparsable",
    ):
        assert words in page


@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_is_asked_in_both_modes_by_a_real_model(
    suite: str, small_folder: Path, proof: Path, tmp_path: Path
) -> None:
    settings = replace(settings_for(suite, small_folder, proof, tmp_path), limit=2)
    page = evaluate(settings, quiet).read_text()
    entries = [json.loads(line) for line in (tmp_path / JOURNAL).read_text().splitlines()]
    assert [entry["mode"] for entry in entries] == ["standard"] * 2 + ["streaming"] * 2
    assert all(entry["num_frames"] >= 1 and entry["cache_tokens"] > 0 for entry in entries)
    assert f"# {SUITES[suite].title}" in page
    assert "**Only 2 questions were asked: this is no result.**" in page
    said: list[str] = []
    evaluate(settings, said.append)
    assert said[0].startswith("0 questions to ask, 4 are in")


def test_a_limit_that_leaves_nothing_out_is_no_reason_for_doubt(
    small_folder: Path, proof: Path, tmp_path: Path
) -> None:
    settings = settings_for("videomme", small_folder, proof, tmp_path)
    page = evaluate(replace(settings, limit=50, modes=("standard",)), quiet).read_text()
    assert "this is no result" not in page


def test_two_workers_answer_as_one_does(small_folder: Path, proof: Path, tmp_path: Path) -> None:
    one = replace(settings_for("ovobench", small_folder, proof, tmp_path / "one"), limit=6)
    two = replace(one, out=tmp_path / "two", pool=PoolSettings(workers=2, threads=1))

    def answers(settings: QuestionSettings) -> dict[str, str]:
        evaluate(settings, quiet)
        lines = (settings.out / JOURNAL).read_text().splitlines()
        return {entry["key"]: entry["text"] for entry in map(json.loads, lines)}

    assert len(answers(one)) == 12
    assert answers(one) == answers(two)


def test_streaming_begins_where_it_is_told_and_can_be_kept_silent(
    small_model: LoadedModel, small_folder: Path, proof: Path, tmp_path: Path
) -> None:
    settings = settings_for("longvideobench", small_folder, proof, tmp_path)
    question = SUITES["longvideobench"].read(settings.data).questions[0]
    whole = open_answerer(small_model, "streaming", settings).answer(question)
    silent = replace(settings, speaks=False)
    quietly = open_answerer(small_model, "streaming", silent).answer(question)
    late = replace(silent, lead_s=3.0)
    short = open_answerer(small_model, "streaming", late).answer(question)
    moment = replace(question, start_s=7.5)
    instant = open_answerer(small_model, "streaming", settings).answer(moment)
    assert (whole.num_frames, quietly.num_frames) == (16, 16)
    assert (short.num_frames, instant.num_frames) == (6, 2)
    assert short.cache_tokens < quietly.cache_tokens < whole.cache_tokens


def test_standard_frames_are_limited(
    small_model: LoadedModel, small_folder: Path, proof: Path, tmp_path: Path
) -> None:
    settings = settings_for("longvideobench", small_folder, proof, tmp_path)
    question = SUITES["longvideobench"].read(settings.data).questions[0]
    few = replace(settings, max_frames=3)
    assert open_answerer(small_model, "standard", settings).answer(question).num_frames == 8
    assert open_answerer(small_model, "standard", few).answer(question).num_frames == 3


@contextmanager
def says(model: LoadedModel, words: str) -> Iterator[None]:
    """Have a model reply with `words` as it was trained to: marker and end of turn behind them."""
    ids = iter(model.chat.reply_ids(words.split()))

    def choose(_module: object, _inputs: object, logits: Tensor) -> Tensor:
        return torch.zeros_like(logits).index_fill(-1, torch.tensor([next(ids)]), 1e4)

    hook = model.network.lm_head.register_forward_hook(choose)
    try:
        yield
    finally:
        hook.remove()


@pytest.mark.parametrize(("form", "words"), [("letter", "B"), ("count", "3")])
def test_a_streaming_models_standard_reply_is_read(
    small_model: LoadedModel,
    small_folder: Path,
    proof: Path,
    tmp_path: Path,
    form: Form,
    words: str,
) -> None:
    settings = settings_for("longvideobench", small_folder, proof, tmp_path)
    question = SUITES["longvideobench"].read(settings.data).questions[0]
    with says(small_model, words):
        found = open_answerer(small_model, "standard", settings).answer(question)
    assert found.text == words
    assert answer_of(found.text, replace(question, form=form)) == words


@pytest.mark.parametrize(
    ("ask_s", "num_frames", "times_s"),
    [(8.04, 5, [2, 3.5, 5, 6.5, 8]), (8.04, 2, [2, 8]), (8.04, 1, [8]), (2.02, 1, [2])],
)
def test_the_last_standard_frame_is_the_one_on_screen_at_the_question(
    proof: Path, ask_s: float, num_frames: int, times_s: list[float]
) -> None:
    question = SUITES["longvideobench"].read(proof / "longvideobench").questions[0]
    begin_s, fps = spread(replace(question, start_s=2.0, ask_s=ask_s), num_frames)
    assert sample_times(begin_s, fps, num_frames) == pytest.approx(times_s)


def test_a_kill_loses_no_answer_and_none_is_given_twice(
    small_folder: Path, proof: Path, tmp_path: Path
) -> None:
    command = [
        *(sys.executable, "-m", "app", "evaluate", "ovobench", "--model", str(small_folder)),
        *("--data", str(proof / "ovobench"), "--out", str(tmp_path), "--threads", "1"),
        *("--max-pixels", "3136", "--modes", "standard"),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    journal = tmp_path / JOURNAL

    def started() -> bool:
        return journal.exists() and journal.read_bytes().count(b"\n") >= 2

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(started, "two answers", timeout_s=120)
        finally:
            process.send_signal(signal.SIGKILL)
    kept = journal.read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert journal.read_bytes().startswith(kept)
    ids = [json.loads(line)["id"] for line in journal.read_text().splitlines()]
    assert len(ids) == len(set(ids)) == len(SUITES["ovobench"].read(proof / "ovobench").questions)


def test_data_that_cannot_be_asked_ends_with_a_sentence(
    small_folder: Path, proof: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "lvb_val.json").write_bytes((proof / "longvideobench/lvb_val.json").read_bytes())
    command = ["evaluate", "longvideobench", "--data", str(folder), "--out", str(tmp_path / "out")]
    assert main([*command, "--model", str(small_folder)]) != 0
    assert "none of the questions in" in capsys.readouterr().err
    assert main(["evaluate", "proof", "--seconds", "1", "--out", str(tmp_path / "short")]) != 0
    assert "nothing happens in 1 s" in capsys.readouterr().err
