"""A whole model from the hub into a folder: listed, brought file by file, checked as a whole."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app.errors import ModelError
from app.models.hub import explained, read_listing
from app.models.manifest import (
    LOCK_NAME,
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
from engine.model.family import family_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SPARE_BYTES = 64 * 2**20  # a disk that is full to the last byte stops other programs
_CONFIG = "config.json"


@dataclass(frozen=True, slots=True)
class DownloadJob:
    """Brings a model, or what is missing of it; a job for `app.models.jobs` or to run here.

    Attributes:
        folder: Where its files go.
        endpoint: Address of the hub; None takes the one that HF_ENDPOINT names, or the usual one.
    """

    hub_id: str
    folder: Path
    endpoint: str | None = None

    def run(self, report: Callable[[DownloadProgress], None]) -> None:
        """Bring it. Can be killed at any time: the next run goes on where this one was.

        Raises:
            ModelError: It cannot be brought; what has arrived is kept.
        """
        with explained(self.hub_id):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self.folder / LOCK_NAME, timeout=0):
                    self._bring_all(report)
            except Timeout as error:
                raise ModelError(
                    f"{self.hub_id} is already being downloaded into {self.folder}."
                ) from error

    def _bring_all(self, report: Callable[[DownloadProgress], None]) -> None:
        old = read_manifest(self.folder)
        if old is not None and arrived_bytes(self.folder, old) == old.total_bytes:
            manifest = old  # parts may still have to be checked, which needs no listing
        else:
            manifest = read_listing(self.hub_id, self.endpoint)
            adopt(self.folder, old, manifest)
            write_manifest(manifest, self.folder)
        done = arrived_bytes(self.folder, manifest)
        _require_space(self.folder, manifest.total_bytes - done)
        meter = ProgressMeter(manifest.total_bytes, done, report)
        transfer = Transfer(
            self.hub_id, manifest.commit, self.folder, meter, endpoint=self.endpoint
        )
        self._bring_files(manifest, transfer)
        meter.finished()

    def _bring_files(self, manifest: Manifest, transfer: Transfer) -> None:
        """Small files first: they tell whether the engine can run the model at all."""
        for file in sorted(manifest.files, key=lambda file: (file.size, file.name)):
            if not is_there(self.folder, file):
                transfer.bring(file)
            if file.name == _CONFIG:
                self._require_known_family()
        try:
            read_checkpoint(self.folder)
        except ModelLoadError as error:
            raise ModelError(f"{self.hub_id} cannot be used: {error}.") from error

    def _require_known_family(self) -> None:
        try:
            family_of(read_json(self.folder / _CONFIG).get("model_type"), self.hub_id)
        except ModelLoadError as error:
            raise ModelError(f"{error}.") from error


def _require_space(folder: Path, missing_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if missing_bytes and missing_bytes + _SPARE_BYTES > free:
        raise ModelError(
            f"{size_text(missing_bytes)} are still to come and {size_text(free)} are free on the "
            f"disk of {folder}; free some space, or choose a folder on another disk."
        )
