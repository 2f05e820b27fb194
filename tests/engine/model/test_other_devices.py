"""On a device that is not the processor nothing that belongs there is left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.model import speak_elsewhere

if TYPE_CHECKING:
    from engine import LoadedModel

ROOT = Path(__file__).parents[3]


@pytest.mark.timeout(400)  # a program that imports torch anew, on a busy machine
def test_streams_elsewhere_say_the_same(family_model: LoadedModel, tmp_path: Path) -> None:
    result = tmp_path / "said.json"
    done = subprocess.run(
        [sys.executable, speak_elsewhere.__file__, family_model.name, str(result)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(result.read_text())
    assert any(said["here"])
    for way in ("masked", "counted", "spread"):
        assert said[way] == said["here"]
    assert "device(type='cpu')" in said["left_behind"]
