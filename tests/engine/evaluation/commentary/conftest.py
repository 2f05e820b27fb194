"""A small data set of the built-in match in the public formats, with real videos."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from engine.evaluation.commentary.making import make_data
from engine.model.checkpoint import find_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def match_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two matches of 24 seconds."""
    folder = tmp_path_factory.mktemp("matches")
    make_data([1, 2], 24, folder, lambda _: None)
    return folder


@pytest.fixture(scope="session")
def match_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model in a folder of its own, which nobody trains into meanwhile."""
    return shutil.copytree(find_folder("bundled"), tmp_path_factory.mktemp("model") / "match")
