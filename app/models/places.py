"""Where models are on this machine, and how complete."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.errors import ModelError
from app.models.catalogue import entry_of, is_hub_id
from app.models.manifest import LOCK_NAME, MANIFEST_NAME, arrived_bytes, read_manifest
from app.models.precision import Parameters
from app.models.wording import size_text
from app.paths import models_folder, typed_path
from app.session.request import BUNDLED_MODEL
from engine.errors import ModelLoadError
from engine.model.checkpoint import (
    CHECKPOINT_FILES,
    find_folder,
    library_name,
    read_checkpoint,
)


class Home(StrEnum):
    """Whose folder a model is in."""

    BUNDLED = "bundled"
    LIBRARY = "library"
    HUB_CACHE = "hub cache"
    OWN_FOLDER = "own folder"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is, or would be.

    Attributes:
        folder: None where it is nowhere.
        home: Whose folder that is.
        problem: Why it cannot be used, in a sentence; empty where it can.
        size_bytes: Of its files, as far as that is known.
        arrived_bytes: Of these, what is here.
        parameters: None where not all of it is here.
        licence: What the hub said; None where that is not known.
    """

    folder: Path | None = None
    home: Home | None = None
    problem: str = ""
    size_bytes: int | None = None
    arrived_bytes: int = 0
    parameters: Parameters | None = None
    licence: str | None = None

    @property
    def is_usable(self) -> bool:
        """All of it is here."""
        return self.folder is not None and not self.problem

    @property
    def is_partial(self) -> bool:
        """A download of it broke off or goes on."""
        return not self.is_usable and self.home is Home.LIBRARY


def library_folder(hub_id: str, library: Path | None = None) -> Path:
    """The folder that a model is downloaded into."""
    return (library or models_folder()) / library_name(hub_id)


def find(name: str, library: Path | None = None) -> Place:
    """Look for a model without loading it; reads headers only, nothing from the network.

    Args:
        name: "bundled", a folder, or a hub id.
        library: The folder of downloads; None for the usual one.
    """
    if name == BUNDLED_MODEL:
        return _find_bundled()
    try:
        path = typed_path(name, ModelError)
    except ModelError as error:
        return Place(home=Home.OWN_FOLDER, problem=str(error))
    library = library or models_folder()
    if path.is_dir() or not is_hub_id(name):
        return _inspect(path, Home.OWN_FOLDER, library=library)
    ours = library_folder(name, library)
    if (ours / MANIFEST_NAME).exists():
        place = _inspect_download(ours)
        if place.is_usable:
            return place
        cached = _find_cached(name, library)
        return cached if cached.is_usable else place
    return _find_cached(name, library)


def locate(name: str, library: Path | None = None) -> str:
    """What the engine is to load: "bundled" or a folder.

    Raises:
        ModelError: The model is not on this machine, or not all of it; says how to get it.
    """
    if name == BUNDLED_MODEL:
        return name
    place = find(name, library)
    if place.folder is not None and not place.problem:
        return str(place.folder)
    if not is_hub_id(name):
        raise ModelError(place.problem)
    size = entry_of(name).download_bytes
    hint = f" ({size_text(size)})" if size else ""
    raise ModelError(
        f"{name} is not on this machine{' yet' if not place.is_partial else ' in whole'}; get it "
        f"in the window's list of models, or with `kibitz models get {name}`{hint}."
    )


def remove(name: str, library: Path | None = None) -> int:
    """Delete a model that was downloaded, and what has arrived of it; gives the bytes.

    Raises:
        ModelError: It is not here, not downloaded by anyone, or cannot be deleted.
    """
    place = find(name, library)
    if place.folder is None or place.home is None:
        raise ModelError(f"{name} is not on this machine.")
    try:
        if place.home is Home.LIBRARY:
            _delete(place.folder)
            return place.arrived_bytes
        if place.home is Home.HUB_CACHE:
            return _remove_cached(name)
    except OSError as error:
        raise ModelError(f"{place.folder} cannot be deleted: {error.strerror}.") from error
    raise ModelError(f"{name} was not downloaded by Kibitz; it is left where it is.")


def _find_bundled() -> Place:
    try:
        return _inspect(find_folder(BUNDLED_MODEL), Home.BUNDLED)
    except ModelLoadError as error:
        return Place(problem=f"{error}.", home=Home.BUNDLED)


def _find_cached(hub_id: str, library: Path) -> Place:
    """In the cache of the hub's own client, which other programs fill, too."""
    if not _cache_folder(hub_id).is_dir():
        return Place()  # what follows loads the whole client
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    hub: Any = huggingface_hub
    try:
        folder = hub.snapshot_download(
            hub_id, allow_patterns=list(CHECKPOINT_FILES), local_files_only=True
        )
    except (LocalEntryNotFoundError, OSError):
        return Place()
    place = _inspect(Path(folder), Home.HUB_CACHE, library=library)
    return place if place.is_usable else Place()


def _cache_folder(hub_id: str) -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"models--{hub_id.replace('/', '--')}"


def _inspect_download(folder: Path) -> Place:
    manifest = read_manifest(folder)
    if manifest is None:
        return Place(folder, Home.LIBRARY, "Its download is damaged; start it again.")
    arrived, total = arrived_bytes(folder, manifest), manifest.total_bytes
    if arrived < total:
        problem = f"{size_text(arrived)} of {size_text(total)} are here; download the rest."
        return Place(folder, Home.LIBRARY, problem, total, arrived, licence=manifest.licence)
    return _inspect(folder, Home.LIBRARY, manifest.licence)


def _inspect(
    folder: Path, home: Home, licence: str | None = None, *, library: Path | None = None
) -> Place:
    try:
        checkpoint = read_checkpoint(folder, library=library)
    except ModelLoadError as error:
        text = str(error)
        return Place(folder, home, f"{text[:1].upper()}{text[1:]}.", licence=licence)
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    parameters = Parameters(checkpoint.num_parameters, checkpoint.num_quantizable)
    return Place(folder, home, "", size, size, parameters, licence)


def _delete(folder: Path) -> None:
    from filelock import FileLock, Timeout  # loads what looking for models can spare

    try:
        with FileLock(folder / LOCK_NAME, timeout=0):
            pass
    except Timeout as error:
        raise ModelError(f"{folder} is being downloaded; cancel that first.") from error
    leaving = folder.with_name(f"{folder.name}.leaving")
    if leaving.exists():  # an earlier deletion broke off, and nothing takes the place of files
        shutil.rmtree(leaving)
    folder.rename(leaving)  # Windows refuses while the model is in use: then nothing is touched
    shutil.rmtree(leaving)


def _remove_cached(hub_id: str) -> int:
    import huggingface_hub

    hub: Any = huggingface_hub
    repos = [repo for repo in hub.scan_cache_dir().repos if repo.repo_id == hub_id]
    models = [repo for repo in repos if repo.repo_type == "model"]
    commits = [revision.commit_hash for repo in models for revision in repo.revisions]
    strategy = hub.scan_cache_dir().delete_revisions(*commits)
    strategy.execute()
    return int(strategy.expected_freed_size)
