"""A torchvision built for another torch, in child processes: imports cannot be taken back."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# What torchvision does at import after its compiled part failed to load.
UNFITTING = """
import torch

@torch.library.register_fake("torchvision::nms")
def nms(dets, scores, iou_threshold):
    return dets
"""

SCRIPT = """
from engine.model.torchvision import make_torchvision_importable

library = make_torchvision_importable()
assert make_torchvision_importable() is library
import torchvision
print(library is not None)
"""


def import_beside(folder: Path, package: str) -> subprocess.CompletedProcess[str]:
    """Run the script where a torchvision of this content is installed."""
    folder.joinpath("torchvision.py").write_text(package)
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {[str(ROOT), str(folder)]}\n{SCRIPT}"],
        check=False,
        capture_output=True,
        text=True,
    )


def test_an_unfitting_torchvision_can_be_imported(tmp_path: Path) -> None:
    done = import_beside(tmp_path, UNFITTING)
    assert done.stdout == "True\n", done.stderr


def test_a_fitting_torchvision_is_left_alone(tmp_path: Path) -> None:
    done = import_beside(tmp_path, "fits = True")
    assert done.stdout == "False\n", done.stderr
