"""The command that makes pictures for reviewers works, and the pages fit the smallest screen."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests import ROOT
from tests.support.processes import need_programs

if TYPE_CHECKING:
    from pathlib import Path

BACKGROUND = (128, 128, 128)  # where the compositor finds no window


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_taken_and_fit_onto_a_small_magnified_screen(tmp_path: Path, theme: str) -> None:
    need_programs("Xvfb", "openbox", "picom")
    look = f"1280x720-200-{theme}"
    command = [sys.executable, "-m", "tests.desktop.screenshots", str(tmp_path), "--look", look]
    subprocess.run(
        [*command, "--page", "idle", "preferences-general"], cwd=ROOT, check=True, timeout=120
    )
    idle = Image.open(tmp_path / look / "idle.png").convert("RGB")
    dialog = Image.open(tmp_path / look / "preferences-general.png").convert("RGB")
    assert idle.size == (1280, 720)
    assert {idle.getpixel((x, y)) for x, y in ((2, 719), (1277, 719))} == {BACKGROUND}
    assert dialog.width <= 1280
    assert dialog.height <= 720
    brightness = sum(dialog.resize((1, 1)).getpixel((0, 0))) / 3
    assert (brightness < 128) is (theme == "dark")
