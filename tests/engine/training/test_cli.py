"""`kibitz train`: what its arguments mean, and how it fails."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import pytest

from app.cli import EXIT_FAILED, EXIT_OK, main
from engine.config import StreamingConfig
from engine.errors import EngineError
from engine.training import cli
from engine.training.config import RunConfig, TrainingConfig, TuningConfig


def parse(line: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return parser.parse_args(line.split())


@pytest.fixture
def sound_arguments(
    tiny_folder: Path, samples_file: Path, video_folder: Path, tmp_path: Path
) -> str:
    return (
        f"--model {tiny_folder} --data {samples_file} --video-root {video_folder} "
        f"--out {tmp_path / 'run'} --device cpu"
    )


def test_defaults_are_those_of_the_configs() -> None:
    config = cli.run_config(parse("--model bundled --data a.jsonl --out run"))
    (stage,) = config.stages
    assert stage.data == (Path("a.jsonl"),)
    assert stage.config == TrainingConfig()
    assert config == RunConfig("bundled", Path("run"), (stage,))


def test_arguments_reach_their_configs() -> None:
    config = cli.run_config(
        parse(
            "--model M --data a.jsonl b.jsonl --out run --annealing-data c.jsonl "
            "--annealing-learning-rate 1e-6 --learning-rate 1e-4 --no-gradient-checkpointing "
            "--lora-rank 8 --sample-fps 4 --sink-tokens 128 --on-bad-line skip --max-pixels 9408"
        )
    )
    first, second = config.stages
    assert first.data == (Path("a.jsonl"), Path("b.jsonl"))
    assert first.config == TrainingConfig(learning_rate=1e-4, gradient_checkpointing=False)
    assert second.data == (Path("c.jsonl"),)
    assert second.config == TrainingConfig(learning_rate=1e-6, gradient_checkpointing=False)
    assert config.tuning == TuningConfig(lora_rank=8)
    assert config.streaming == StreamingConfig(sample_fps=4, sink_tokens=128, max_pixels=9408)
    assert config.on_malformed == "skip"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("--learning-rate 0", "learning_rate must be positive"),
        ("--annealing-data a.jsonl --annealing-learning-rate 0", "learning_rate must be positive"),
        ("--annealing-data a.jsonl --annealing-epochs 0", "epochs must be positive"),
        ("--lora-rank 4 --train-vision", "adapters sit on the language model"),
        ("--model nowhere", "no folder nowhere"),
        ("--data nowhere.jsonl", r"cannot read the sample file nowhere\.jsonl"),
        ("--video-root nowhere", "none of the videos"),
        ("--liger", "need a CUDA device"),
        ("--fsdp", "shards over CUDA devices"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    arguments: str, reason: str, sound_arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *f"{sound_arguments} {arguments}".split()]) == EXIT_FAILED
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("kibitz: ")
    assert re.search(reason, said)


def test_package_for_the_loss_curve_is_missed_before_training(
    sound_arguments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as if it were not installed
    with pytest.raises(EngineError, match=r"needs the packages matplotlib: run \S+pip install"):
        cli.run(parse(f"{sound_arguments} --model nowhere"))


@pytest.mark.parametrize(("rank", "times"), [("0", 1), ("1", 0)])
def test_finished_stage_is_told_of_by_the_first_process(
    rank: str,
    times: int,
    sound_arguments: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RANK", rank)
    (tmp_path / "run" / "stage-1" / "model").mkdir(parents=True)
    assert main(["train", *sound_arguments.split()]) == EXIT_OK
    assert capsys.readouterr().err.count("stage 1 is finished") == times


def test_help_leads_from_samples_to_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse("--help")
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    for needed in ("--annealing-data", "torchrun", "kibitz run SOURCE --model", "--lora-rank"):
        assert needed in said
