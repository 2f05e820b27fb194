"""Whole runs on a tiny model: what they leave behind, going on after a kill, several processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from accelerate.data_loader import skip_first_batches
from accelerate.state import AcceleratorState
from accelerate.utils import GradientAccumulationPlugin
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine import CommentaryStream, load_model
from engine.config import StreamingConfig
from engine.data.samples import SampleFile, write_samples
from engine.errors import ConfigError, DataError, ModelLoadError, TrainingError
from engine.training.checkpoints import last_complete_checkpoint
from engine.training.config import RunConfig, Stage, TrainingConfig, TuningConfig
from engine.training.dataset import EncodedClips, SampleClips
from engine.training.model import encoder_of
from engine.training.runs import run_training
from engine.training.trainer import make_trainer, require_devices, training_arguments
from tests.engine.training import sharded
from tests.engine.training.conftest import sample
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.model import LoadedModel
    from engine.training.config import Precision

# Programs that import torch anew take their time on a busy machine.
pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).parents[3]
COMMAND = ROOT / "tests" / "engine" / "training" / "command.py"


@pytest.fixture
def run(tiny_folder: Path, samples_file: Path, video_folder: Path, tmp_path: Path) -> RunConfig:
    training = TrainingConfig(
        learning_rate=1e-2,
        clips_per_step=2,
        clips_per_forward=1,
        max_steps=4,
        workers=0,
        save_every_steps=2,
        device="cpu",
    )
    stage = Stage((samples_file,), training)
    return RunConfig(str(tiny_folder), tmp_path / "run", (stage,), video_folder)


def losses(stage: Path) -> list[float]:
    """Loss of every step, from the newest checkpoint's own record."""
    checkpoint = last_complete_checkpoint(stage)
    assert checkpoint is not None
    history = json.loads((checkpoint / "trainer_state.json").read_text())["log_history"]
    return [entry["loss"] for entry in history if "loss" in entry]


def command(run: RunConfig, *more: str) -> list[str]:
    """The command line that starts the run `run` describes."""
    training = run.stages[0].config
    return [
        str(COMMAND),
        *("--model", run.model, "--data", str(run.stages[0].data[0]), "--out", str(run.out)),
        *("--video-root", str(run.video_folder), "--learning-rate", str(training.learning_rate)),
        *("--clips-per-step", str(training.clips_per_step), "--max-steps", str(training.max_steps)),
        *("--save-every-steps", str(training.save_every_steps), "--workers", "0"),
        *("--device", "cpu", *more),
    ]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_model(folder, device="cpu", dtype="float32").network.state_dict()


def changed(before: Path, after: Path) -> set[str]:
    """Names of the tensors that training changed."""
    old, new = weights(before), weights(after)
    return {name for name in old if not torch.equal(old[name], new[name])}


def test_run_leaves_a_model_that_streams_and_its_curves(run: RunConfig, tiny_folder: Path) -> None:
    folder = run_training(run)
    assert folder == run.out / "stage-1" / "model"
    learnt = changed(tiny_folder, folder)
    assert learnt
    assert not any("visual" in name for name in learnt)
    stream = CommentaryStream(load_model(folder))
    frames = torch.zeros((2, 84, 112, 3), dtype=torch.uint8).numpy()
    assert stream.step(frames).token_ids

    curve = losses(run.out / "stage-1")
    assert len(curve) == 4
    assert curve[-1] < curve[0]
    events = EventAccumulator(str(run.out / "stage-1" / "tensorboard")).Reload()
    assert [point.value for point in events.Scalars("train/loss")] == pytest.approx(curve)
    assert (run.out / "stage-1" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_a_processor_trains_without_flash_attention_even_if_it_is_installed(
    run: RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library" / "flash_attn"
    library.mkdir(parents=True)
    (library / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(library.parent))
    is_available = "transformers.utils.import_utils.is_flash_attn_2_available"
    monkeypatch.setattr(is_available, lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (9, 0))
    assert run_training(run).is_dir()


def test_vision_tower_learns_if_asked(run: RunConfig, tiny_folder: Path) -> None:
    folder = run_training(replace(run, tuning=TuningConfig(train_vision=True)))
    assert any("visual" in name for name in changed(tiny_folder, folder))


# peft asks transformers under a name that transformers is about to give up.
@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")
def test_adapters_are_merged_into_the_language_model(run: RunConfig, tiny_folder: Path) -> None:
    (stage,) = run.stages
    in_bf16 = Stage(stage.data, replace(stage.config, precision="bf16"))
    tuning = TuningConfig(lora_rank=2)
    folder = run_training(replace(run, stages=(in_bf16,), tuning=tuning))
    learnt = changed(tiny_folder, folder)
    assert learnt
    assert all("language_model.layers" in name and "_proj" in name for name in learnt)


def test_annealing_goes_on_from_the_first_stage_and_nothing_is_done_twice(run: RunConfig) -> None:
    first = run_training(run)
    before = (first / "model.safetensors").stat().st_mtime_ns
    both = replace(run, stages=run.stages * 2)
    second = run_training(both)
    assert second == run.out / "stage-2" / "model"
    assert (first / "model.safetensors").stat().st_mtime_ns == before
    assert changed(first, second)
    settings = json.loads((second.parent / "settings.json").read_text())
    assert settings["model"] == str(first)


@pytest.mark.parametrize("is_finished", [False, True])
def test_folder_of_another_run_is_refused(run: RunConfig, *, is_finished: bool) -> None:
    run_training(run)
    if not is_finished:
        (run.out / "stage-1" / "model").rename(run.out / "kept")
    stage = Stage(run.stages[0].data, TrainingConfig(learning_rate=3e-3, device="cpu"))
    other = RunConfig(run.model, run.out, (stage,), run.video_folder)
    with pytest.raises(TrainingError, match=r"other settings \(.*learning_rate.*\)"):
        run_training(other)
    with pytest.raises(TrainingError, match=r"other settings \(on_malformed\)"):
        run_training(replace(run, on_malformed="skip"))


def test_a_run_whose_precision_another_device_would_change_is_refused(
    run: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stage,) = run.stages
    run_training(run)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    elsewhere = Stage(stage.data, replace(stage.config, device="auto"))
    with pytest.raises(TrainingError, match=r"other settings \(precision\)"):
        run_training(replace(run, stages=(elsewhere,)))
    same = Stage(stage.data, replace(elsewhere.config, precision="float32"))
    assert run_training(replace(run, stages=(same,))).is_dir()


def test_failed_start_leaves_the_folder_free(run: RunConfig) -> None:
    with pytest.raises(ModelLoadError):
        run_training(replace(run, model="nowhere"))
    config = TrainingConfig(clips_per_step=3, clips_per_forward=2, device="cpu")
    with pytest.raises(ConfigError):
        run_training(replace(run, stages=(Stage(run.stages[0].data, config),)))
    assert run_training(run).is_dir()


@pytest.mark.parametrize("damaged", ["", "[]", '{"model": '])
def test_damaged_settings_are_named(run: RunConfig, damaged: str) -> None:
    file = run.out / "stage-1" / "settings.json"
    file.parent.mkdir(parents=True)
    file.write_text(damaged)
    with pytest.raises(TrainingError, match=r"settings\.json cannot be read"):
        run_training(run)


def test_file_without_samples_is_named_before_anything_is_loaded(
    run: RunConfig, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    stage = Stage((empty,), run.stages[0].config)
    with pytest.raises(TrainingError, match=r"no sample in .*empty\.jsonl"):
        run_training(replace(run, model="nowhere", stages=(stage,)))


def test_steps_that_cannot_be_shared_out_are_refused(run: RunConfig) -> None:
    config = TrainingConfig(clips_per_step=3, clips_per_forward=2, device="cpu")
    stage = Stage(run.stages[0].data, config)
    with pytest.raises(ConfigError, match="multiple of clips_per_forward"):
        run_training(RunConfig(run.model, run.out, (stage,), run.video_folder))


def test_videos_that_are_nowhere_are_missed_at_once(run: RunConfig, tmp_path: Path) -> None:
    away = RunConfig(run.model, run.out, run.stages, tmp_path, on_malformed="skip")
    with pytest.raises(TrainingError, match="--video-root"):
        run_training(away)


def test_unreadable_video_stops_the_run_or_is_left_out(
    run: RunConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Stage((*run.stages[0].data, mixed_samples(tmp_path)), run.stages[0].config)
    stopping = RunConfig(run.model, run.out, (broken,), run.video_folder)
    with pytest.raises(DataError, match=r"broken\.mp4"):
        run_training(stopping)
    skipping = RunConfig(
        run.model, tmp_path / "skipping", (broken,), run.video_folder, on_malformed="skip"
    )
    assert run_training(skipping).is_dir()
    assert "has no part in the training" in caplog.text


def mixed_samples(folder: Path) -> Path:
    """Samples of which each names a video that cannot be read."""
    path = folder / "broken.jsonl"
    video = str(folder / "broken.mp4")
    Path(video).write_bytes(b"no video at all")
    write_samples(path, [replace(sample(number), video=video) for number in range(8)])
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
def test_killed_run_goes_on_with_the_same_losses(run: RunConfig, tmp_path: Path) -> None:
    training = TrainingConfig(
        learning_rate=1e-2,
        clips_per_step=2,
        max_steps=14,
        workers=0,
        save_every_steps=3,
        device="cpu",
    )
    stages = (Stage(run.stages[0].data, training),)
    straight = RunConfig(run.model, tmp_path / "straight", stages, run.video_folder)
    run_training(straight)

    broken = RunConfig(run.model, tmp_path / "broken", stages, run.video_folder)
    start = [sys.executable, *command(broken)]
    stage = broken.out / "stage-1"
    process = subprocess.Popen(start, env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: last_complete_checkpoint(stage), "a whole checkpoint", timeout_s=120)
    finally:
        process.kill()
        process.wait()
    assert not (stage / "checkpoint-14").exists()
    assert last_complete_checkpoint(stage) is not None  # else the run would begin anew
    subprocess.run(start, env=environment(), check=True, capture_output=True)
    assert losses(stage) == pytest.approx(losses(straight.out / "stage-1"), abs=1e-6)
    assert not changed(stage / "model", straight.out / "stage-1" / "model")


@pytest.fixture
def three_gpus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As much of three CUDA devices as settings ask for; nothing can be computed on them."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)  # it keeps its device for all


@pytest.mark.usefixtures("three_gpus")
def test_gpus_without_a_process_of_their_own_stay_idle(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = TrainingConfig(clips_per_step=8, clips_per_forward=2, precision="float32")
    arguments = [training_arguments(config, tmp_path / name) for name in ("first", "second")]
    assert [a.n_gpu for a in arguments] == [1, 1]
    assert [a.train_batch_size for a in arguments] == [2, 2]
    assert caplog.text.count("torchrun --nproc-per-node 3") == 1


@pytest.mark.usefixtures("three_gpus")
@pytest.mark.parametrize("fsdp", [True, False])
def test_sharded_gradients_are_never_whole_between_two_forwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fsdp: bool
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "1")
    config = TrainingConfig(clips_per_step=8, precision="float32", fsdp=fsdp)
    arguments: Any = training_arguments(config, tmp_path)
    given = arguments.accelerator_config.gradient_accumulation_kwargs or {}
    plugin = GradientAccumulationPlugin(**given)  # as the Trainer makes it
    assert plugin.to_kwargs().get("sync_each_batch", False) == fsdp


@pytest.mark.usefixtures("three_gpus")
def test_sharding_without_torchrun_is_refused() -> None:
    with pytest.raises(TrainingError, match="torchrun --nproc-per-node N"):
        require_devices(TrainingConfig(precision="float32", fsdp=True))


@pytest.mark.parametrize(
    ("clips_per_step", "clips_per_forward", "workers", "ahead"),
    [(64, 1, 4, 16), (30, 1, 4, 8), (64, 4, 3, 6), (2, 1, 2, 2), (512, 2, 8, 4), (64, 1, 0, None)],
)
def test_workers_read_the_next_step_ahead_within_bounds(
    tmp_path: Path, clips_per_step: int, clips_per_forward: int, workers: int, ahead: int | None
) -> None:
    config = TrainingConfig(
        clips_per_step=clips_per_step,
        clips_per_forward=clips_per_forward,
        workers=workers,
        device="cpu",
    )
    assert training_arguments(config, tmp_path).dataloader_prefetch_factor == ahead


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_batches_wait_in_main_memory_until_their_turn(
    tiny: LoadedModel, run: RunConfig, tmp_path: Path, precision: Precision
) -> None:
    samples = SampleFile(run.stages[0].data[0])
    encoder = encoder_of(tiny, StreamingConfig())
    clips = EncodedClips(SampleClips(samples, run.video_folder), encoder)
    config = replace(run.stages[0].config, precision=precision)
    trainer: Any = make_trainer(tiny.network, clips, tmp_path, config)
    trainer.accelerator.state.device = torch.device("meta")  # stands for a GPU
    whole = trainer.get_train_dataloader()
    try:
        for loader in (whole, skip_first_batches(whole, 2)):  # the latter where a run goes on
            pixels = next(iter(loader))["pixel_values_videos"]
            assert pixels.device.type == "cpu"
            assert pixels.dtype == (torch.bfloat16 if precision == "bf16" else torch.float32)
    finally:
        AcceleratorState._reset_state(reset_partial_state=True)


def torchrun(arguments: Sequence[str]) -> None:
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    loopback = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}
    done = subprocess.run(
        [*launch, "--local-addr=127.0.0.1", *arguments],
        env={**environment(), **loopback},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_processes_have_the_losses_of_one(run: RunConfig, tmp_path: Path) -> None:
    run_training(run)
    joined = RunConfig(run.model, tmp_path / "joined", run.stages, run.video_folder)
    torchrun(command(joined))
    assert losses(joined.out / "stage-1") == pytest.approx(losses(run.out / "stage-1"), abs=1e-3)


def test_weights_sharded_over_two_processes_give_the_same_loss_and_gradients(
    tiny_folder: Path, tmp_path: Path
) -> None:
    """FSDP2 itself; the Trainer shards with it on CUDA only."""
    result = tmp_path / "sharded.json"
    torchrun([sharded.__file__, str(tiny_folder), str(result)])
    values = json.loads(result.read_text())
    loss, gradient_norm = sharded.whole(tiny_folder)
    assert values["shards"] == 2
    assert values["loss"] == pytest.approx(loss, abs=1e-5)
    assert values["gradient_norm"] == pytest.approx(gradient_norm, rel=1e-4)
