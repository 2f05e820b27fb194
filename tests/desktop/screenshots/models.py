"""The list of models in the middle of its work, for the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.limits import MachineLimits, keep_limits
from app.models.machine import this_machine
from app.models.measurements import Measurement, Measurements
from app.models.precision import Precision
from app.models.progress import DownloadProgress
from app.paths import measurements_file
from ui.models.window import ModelsWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.models.machine import Machine
    from tests.desktop.screenshots.studio import Studio

_BUSY = "mit-han-lab/StreamingVLM"
_REFUSED = "Qwen/Qwen2.5-VL-3B-Instruct"


def show_models(studio: Studio) -> QWidget:
    """The list as it is at first."""
    return _listed(studio)


def show_models_at_work(studio: Studio) -> QWidget:
    """The list with a verdict, a download and a refusal."""
    window = _listed(studio)
    studio.settle(1500)  # until the last look is over, which would show what is true
    window.cards[_BUSY].begin_work()
    report = DownloadProgress("downloading", 7_100_000_000, 16_596_000_000, 12.3e6, "model")
    window.cards[_BUSY].show_progress(report)
    window.cards[_REFUSED].show_problem(
        "The model hub cannot be reached; check the connection. What has arrived is kept, and the "
        "next try goes on there (ConnectError)."
    )
    return window


def _listed(studio: Studio) -> ModelsWindow:
    keep_limits(this_machine(), MachineLimits(1e10, {"float32": 1e11, "bfloat16": 5e10}, 0.0, 1.0))
    studio.open().deeds.by_key["models"].trigger()
    (window,) = [
        w for w in QApplication.topLevelWidgets() if isinstance(w, ModelsWindow) and w.isVisible()
    ]
    while not window.cards:
        QTest.qWait(50)
    if window.keeper.machine is not None:
        _keep_verdict(window.keeper.machine)
    window.keeper.look()
    while window.cards["bundled"].shown.measurement is None:
        QTest.qWait(50)
    return window


def _keep_verdict(machine: Machine) -> None:
    found = Measurement(0.31, 0.42, 30, 2.0, 480_000_000, "cpu", 0.02, 0.0)
    Measurements(measurements_file()).put("bundled", Precision.AUTO, machine, found)
