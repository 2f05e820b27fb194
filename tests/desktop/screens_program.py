"""The pages of the screen's sources, which tell what is chosen each time the monitors change.

Started as `python -m tests.desktop.screens_program MONITOR LEFT TOP WIDTH HEIGHT`: the monitor and
the region that are chosen at first, as in a session that runs.
"""

from __future__ import annotations

import json
import sys
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QCheckBox

from app.capture.specs import Region, ScreenSpec
from ui.monitors import Monitors
from ui.physical import screen_region
from ui.widgets.screen_pages import RegionPage, ScreenPage


def main() -> int:
    monitor, *numbers = sys.argv[1:]
    application = QApplication(sys.argv[:1])
    page, region = ScreenPage(), RegionPage()
    screen = next(screen for screen in application.screens() if screen.name() == monitor)
    page.set_spec(ScreenSpec(screen_region(screen)))
    region.set_region(Region(*map(int, numbers)))
    region.setEnabled(False)
    monitors = Monitors()
    tell = partial(_tell, page, region)
    monitors.changed.connect(partial(QTimer.singleShot, 0, tell))
    tell()
    return application.exec()


def _tell(page: ScreenPage, region: RegionPage) -> None:
    frame = region.findChild(QCheckBox)
    assert frame is not None
    chosen = page.spec().region
    report = {
        "monitor": None if chosen is None else _numbers(chosen),
        "region": None if region.region is None else _numbers(region.region),
        "has_frame": frame.isEnabledTo(region),
    }
    sys.stdout.write(f"{json.dumps(report)}\n")
    sys.stdout.flush()


def _numbers(region: Region) -> tuple[int, int, int, int]:
    return region.left_px, region.top_px, region.width_px, region.height_px


if __name__ == "__main__":
    sys.exit(main())
