"""Bringing a whole model into a folder: listed, file by file, checked as a whole."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app.errors import ModelError
from app.models.hub import explained, read_listing
from app.models.manifest import (
    LOCK_NAME,
    MANIFEST_NAME,
    Manifest,
    adopt,
    arrived_bytes,
    is_there,
    read_manifest,
    write_manifest,
)
from app.models.progress import DownloadProgress, ProgressMeter
from app.models.transfer import Transfer
from app.models.wording import size_text
from engine.errors import ModelLoadError
from engine.model.checkpoint import read_checkpoint, read_json
from engine.model.families import family_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.models.download import DownloadJob

_SPARE_BYTES = 64 * 2**20  # a disk that is full to the last byte stops other programs
_CONFIG = "config.json"
_WEIGHTS_SUFFIX = ".safetensors"


def bring(job: DownloadJob, report: Callable[[DownloadProgress], None]) -> None:
    """Do a DownloadJob.

    Raises:
        ModelError: It cannot be done.
    """
    with explained(job.hub_id):
        _require_own_folder(job.folder)
        job.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(job.folder / LOCK_NAME, timeout=0):
                _bring_all(job, report)
        except Timeout as error:
            raise ModelError(
                f"{job.hub_id} is already being downloaded into {job.folder}."
            ) from error


def _bring_all(job: DownloadJob, report: Callable[[DownloadProgress], None]) -> None:
    manifest = _manifest(job)
    done = arrived_bytes(job.folder, manifest)
    _require_space(job.folder, manifest.total_bytes - done)
    meter = ProgressMeter(manifest.total_bytes, done, report)
    transfer = Transfer(job.hub_id, manifest.commit, job.folder, meter, endpoint=job.endpoint)
    _bring_files(job.folder, manifest, transfer)
    meter.finished()


def _manifest(job: DownloadJob) -> Manifest:
    """What is to be brought; where all bytes are there, the hub need not be asked."""
    old = read_manifest(job.folder)
    if old is not None and arrived_bytes(job.folder, old) == old.total_bytes:
        return old
    manifest = read_listing(job.hub_id, job.endpoint)
    adopt(job.folder, old, manifest)
    write_manifest(manifest, job.folder)
    return manifest


def _bring_files(folder: Path, manifest: Manifest, transfer: Transfer) -> None:
    """Small files first: they tell whether the engine can run the model at all."""
    for file in sorted(manifest.files, key=lambda file: (file.size, file.name)):
        if not is_there(folder, file):
            transfer.bring(file)
        if file.name == _CONFIG:
            _require_known_family(folder, manifest.hub_id)
    try:
        read_checkpoint(folder)
    except ModelLoadError as error:
        raise ModelError(f"{manifest.hub_id} cannot be used: {error}.") from error


def _require_known_family(folder: Path, hub_id: str) -> None:
    try:
        family_of(read_json(folder / _CONFIG).get("model_type"), hub_id)
    except ModelLoadError as error:
        raise ModelError(f"{error}.") from error


def _require_own_folder(folder: Path) -> None:
    """Among files of other kinds some may have the names of a model's, and would be replaced."""
    names = {path.name for path in folder.glob("[!.]*")} - {LOCK_NAME}
    is_ours = any(name.startswith(MANIFEST_NAME) for name in names)
    if names and not is_ours and not any(name.endswith(_WEIGHTS_SUFFIX) for name in names):
        raise ModelError(f"{folder} holds other files and no model; choose a new or empty folder.")


def _require_space(folder: Path, missing_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if missing_bytes and missing_bytes + _SPARE_BYTES > free:
        raise ModelError(
            f"{size_text(missing_bytes)} are still to come and {size_text(free)} are free on the "
            f"disk of {folder}; free some space, or get it onto another disk with `kibitz models "
            "get ID --out FOLDER` and add that folder."
        )
