"""A whole run: one stage on the training samples, then perhaps one on the annealing samples.

The folder of a run is its only state. It holds, per stage, `settings.json`, checkpoints, loss
curve and TensorBoard events, and at the end `model`, a checkpoint like any other. Starting the
same run again goes on where it stopped: a finished stage is not repeated, an unfinished one
resumes from its last complete checkpoint.
"""

from __future__ import annotations

import json
import logging
from bisect import bisect_right
from dataclasses import asdict, replace
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.data.samples import Sample, SampleFile
from engine.errors import TrainingError
from engine.training.dataset import EncodedClips, SampleClips
from engine.training.model import (
    choose_weights,
    encoder_of,
    finish_checkpoint,
    load_for_training,
)
from engine.training.trainer import (
    computes_in_bf16,
    make_trainer,
    require_devices,
    train_to_end,
    trains_on_cuda,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.errors import DataError
    from engine.training.config import RunConfig, Stage

logger = logging.getLogger(__name__)

_SETTINGS = "settings.json"

# These may change between a run and its resumption; they have no part in the result.
_FREE_TO_CHANGE = ("workers", "save_every_steps", "keep_checkpoints", "log_every_steps", "device")


class JoinedSamples:
    """Several sample files as one."""

    def __init__(self, files: Sequence[SampleFile]) -> None:
        self._files = files
        self._ends = list(accumulate(len(file) for file in files))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, index: int) -> Sample:
        which = bisect_right(self._ends, index)
        begin = self._ends[which - 1] if which else 0
        return self._files[which][index - begin]


def run_training(config: RunConfig, tell: Callable[[str], None] = logger.info) -> Path:
    """Run all stages that are not finished yet; gives the folder of the last one's model.

    Args:
        config: What is run.
        tell: Called with a sentence for each stage that is finished already.

    Raises:
        EngineError: Of several kinds, when the run cannot start or go on.
    """
    model = config.model
    for number, stage in enumerate(config.stages, start=1):
        folder = config.out / f"stage-{number}"
        result = folder / "model"
        _require_same(folder, _settings(config, stage, model))
        if result.is_dir():
            tell(f"stage {number} is finished: {result}")
        else:
            _run_stage(config, stage, model, folder)
        model = str(result)
    return Path(model)


def _run_stage(config: RunConfig, stage: Stage, model: str, folder: Path) -> None:
    """Train `model` on one stage's samples and leave the result in `folder / "model"`.

    Raises:
        EngineError: Of several kinds, when the stage cannot start or go on.
    """
    samples = JoinedSamples([SampleFile(p, config.on_malformed, _report) for p in stage.data])
    _require_samples(samples, stage)
    _require_videos(samples, config.video_folder)
    only_adapters_learn = bool(config.tuning.lora_rank)
    require_devices(stage.config)
    in_bf16 = computes_in_bf16(stage.config)
    dtype = "bfloat16" if only_adapters_learn and in_bf16 else "float32"
    source = load_for_training(model, dtype, flash=in_bf16 and trains_on_cuda(stage.config))
    streaming = config.streaming
    clips = SampleClips(samples, config.video_folder, streaming.sample_fps, streaming.chunk_s)
    encoded = EncodedClips(clips, encoder_of(source, streaming), config.on_malformed)
    network = choose_weights(source.network, config.tuning)
    trainer: Any = make_trainer(network, encoded, folder, stage.config)
    if trainer.is_world_process_zero():  # now that nothing is left which could fail to load
        _claim(folder, _settings(config, stage, model))
    trainer.accelerator.wait_for_everyone()
    train_to_end(trainer, folder)
    trainer.save_model(str(folder / "final"))
    if trainer.is_world_process_zero():
        finish_checkpoint(folder / "final", source, folder / "model")
    trainer.accelerator.wait_for_everyone()


def _require_samples(samples: JoinedSamples, stage: Stage) -> None:
    if not len(samples):
        raise TrainingError(
            f"there is no sample in {', '.join(map(str, stage.data))}; make some with kibitz data"
        )


def _require_videos(samples: JoinedSamples, folder: Path) -> None:
    """Make sure that at least one video is where it should be, before hours are spent on none."""
    if not any((folder / samples[index].video).is_file() for index in range(len(samples))):
        raise TrainingError(
            f"none of the videos of {len(samples)} samples lies below {folder.absolute()}; say "
            f"with --video-root where they are"
        )


def _report(error: DataError) -> None:
    logger.warning("left out: %s", error)


def _settings(config: RunConfig, stage: Stage, model: str) -> dict[str, Any]:
    """What decides the result; "auto" is settled, since another device would choose otherwise."""
    precision = "bf16" if computes_in_bf16(stage.config) else "float32"
    return {
        "model": model,
        "data": [str(path) for path in stage.data],
        "training": asdict(replace(stage.config, precision=precision)),
        "tuning": asdict(config.tuning),
        "streaming": asdict(config.streaming),
        "on_malformed": config.on_malformed,  # what is left out moves what follows
    }


def _require_same(folder: Path, settings: dict[str, Any]) -> None:
    """Make sure that a folder is free for a stage or holds the very same one.

    Raises:
        TrainingError: It holds a stage with other settings, or one whose settings are unreadable.
    """
    file = folder / _SETTINGS
    if file.is_file() and (changed := _changed(_recorded(file), settings)):
        raise TrainingError(
            f"{folder} holds a run with other settings ({', '.join(changed)}); choose another "
            f"output folder or repeat that run's settings"
        )


def _recorded(file: Path) -> dict[str, Any]:
    try:
        settings: Any = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise TrainingError(_unreadable(file)) from error
    if not isinstance(settings, dict):
        raise TrainingError(_unreadable(file))
    return cast("dict[str, Any]", settings)


def _unreadable(file: Path) -> str:
    return (
        f"{file} cannot be read, so nothing tells which run its folder holds; choose another "
        f"output folder, or delete the file if that run had the same settings"
    )


def _claim(folder: Path, settings: dict[str, Any]) -> None:
    """Record a stage's settings in its folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{_SETTINGS}.partial"
    partial.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    partial.replace(folder / _SETTINGS)


def _changed(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Names of the settings that differ and matter."""
    old, new = _flat(before), _flat(json.loads(json.dumps(now)))
    return sorted(
        name
        for name in old.keys() | new.keys()
        if name not in _FREE_TO_CHANGE and old.get(name) != new.get(name)
    )


def _flat(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of all groups by their own names, which are unique."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat.update(value)  # pyright: ignore[reportUnknownArgumentType]  (it was JSON)
        else:
            flat[name] = value
    return flat
