"""Where models are found, and how they are deleted."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from filelock import FileLock
from safetensors.numpy import save_file

from app.errors import ModelError
from app.models.download import DownloadJob
from app.models.manifest import LOCK_NAME, MANIFEST_NAME
from app.models.places import Home, find, library_folder, locate, remove
from tests.app.models.checkpoints import HUB_ID, checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.hub import Hub


def _write(folder: Path, num_bytes: int = 4000) -> Path:
    folder.mkdir(parents=True)
    for name, body in checkpoint(num_bytes).items():
        (folder / name).write_bytes(body)
    return folder


@pytest.fixture
def library(hub: Hub, tmp_path: Path) -> Path:
    """A library with one model that was downloaded."""
    hub.add(HUB_ID, checkpoint(), licence="mit")
    library = tmp_path / "library"
    DownloadJob(HUB_ID, library_folder(HUB_ID, library), hub.address).run(lambda _: None)
    return library


def test_the_bundled_model_is_always_here() -> None:
    place = find("bundled")
    assert (place.is_usable, place.home) == (True, Home.BUNDLED)
    assert place.parameters is not None
    assert locate("bundled") == "bundled"


def test_a_folder_of_ones_own_is_found_and_never_deleted(tmp_path: Path) -> None:
    folder = _write(tmp_path / "own")
    place = find(str(folder))
    assert (place.is_usable, place.home) == (True, Home.OWN_FOLDER)
    assert place.parameters is not None
    assert place.parameters.total == 4000
    assert locate(str(folder)) == str(folder)
    with pytest.raises(ModelError, match="not downloaded by Kibitz"):
        remove(str(folder))
    assert find(str(folder)).is_usable


def test_an_adapter_is_usable_once_its_base_is_downloaded(library: Path, tmp_path: Path) -> None:
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    config = {"peft_type": "LORA", "base_model_name_or_path": HUB_ID}
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    save_file({"a": np.zeros(2, np.float32)}, adapter / "adapter_model.safetensors")
    assert find(str(adapter), library).is_usable
    assert f"kibitz models get {HUB_ID}" in find(str(adapter), tmp_path).problem


def test_a_folder_in_nobodys_home_is_said() -> None:
    place = find("~nobody.here/model")
    assert (place.is_usable, place.home) == (False, Home.OWN_FOLDER)
    with pytest.raises(ModelError, match="home folder of nobody"):
        locate("~nobody.here/model")


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no config\.json; choose the folder"):
        locate(str(tmp_path))


def test_a_download_is_found_with_its_licence(library: Path) -> None:
    place = find(HUB_ID, library)
    assert (place.is_usable, place.home, place.licence) == (True, Home.LIBRARY, "mit")
    assert locate(HUB_ID, library) == str(library_folder(HUB_ID, library))


def test_half_a_download_is_no_model_and_says_so(library: Path) -> None:
    (library_folder(HUB_ID, library) / "model.safetensors").unlink()
    place = find(HUB_ID, library)
    assert place.is_partial
    assert not place.is_usable
    assert "download the rest" in place.problem
    assert 0 < place.arrived_bytes < (place.size_bytes or 0)
    with pytest.raises(ModelError, match="not on this machine in whole"):
        locate(HUB_ID, library)


def test_a_damaged_manifest_is_no_end(library: Path) -> None:
    (library_folder(HUB_ID, library) / MANIFEST_NAME).write_text("nonsense")
    assert "start it again" in find(HUB_ID, library).problem


def test_what_is_nowhere_names_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"kibitz models get mit-han-lab/StreamingVLM` \(16\.6 GB"):
        locate("mit-han-lab/StreamingVLM", tmp_path)


def test_a_model_in_the_cache_of_the_hubs_client_is_used_and_deleted_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))  # read at import
    repo = cache / f"models--{HUB_ID.replace('/', '--')}"
    commit = "a" * 40
    snapshot = _write(repo / "snapshots" / commit)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(cache))
    place = find(HUB_ID, tmp_path / "library")
    assert (place.home, place.folder) == (Home.HUB_CACHE, snapshot)
    (snapshot / "model.safetensors").write_bytes(b"half")
    assert find(HUB_ID, tmp_path / "library").folder is None
    shutil.rmtree(repo)
    with pytest.raises(ModelError, match="is not on this machine"):
        remove(HUB_ID, tmp_path / "library")


def test_a_download_is_deleted_whole(library: Path) -> None:
    folder = library_folder(HUB_ID, library)
    assert remove(HUB_ID, library) > 400_000
    assert not folder.exists()
    assert find(HUB_ID, library).folder is None


def test_a_model_is_deleted_where_an_earlier_deletion_broke_off(library: Path) -> None:
    folder = library_folder(HUB_ID, library)
    left = folder.with_name(f"{folder.name}.leaving")
    left.mkdir()
    (left / "model.safetensors").write_bytes(b"left over")
    assert remove(HUB_ID, library) > 400_000
    assert list(library.iterdir()) == []


def test_what_is_being_downloaded_is_not_deleted(library: Path) -> None:
    folder = library_folder(HUB_ID, library)
    with FileLock(folder / LOCK_NAME), pytest.raises(ModelError, match="cancel that first"):
        remove(HUB_ID, library)
    assert find(HUB_ID, library).is_usable
