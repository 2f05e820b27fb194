"""Watches the screen with a bright window of its own in front: `python covered_screen.py X Y W H`.

Prints how many of the pixels of the region differ from what was there before: with the window
covered over, where it was moved to, and as the screen really is.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.capture.masks import Masks
from app.capture.screen import ScreenSource
from app.capture.specs import Region
from ui.own_windows import OwnWindows

if TYPE_CHECKING:
    from app.capture.base import Image

BRIGHT = Qt.GlobalColor.yellow


def overlay() -> QWidget:
    """A frameless window that stays on top, yellow all over."""
    window = QWidget(
        None,
        Qt.WindowType.FramelessWindowHint
        | Qt.WindowType.WindowStaysOnTopHint
        | Qt.WindowType.Tool
        | Qt.WindowType.WindowTransparentForInput,
    )
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, BRIGHT)
    window.setPalette(palette)
    return window


def look_for(source: ScreenSource, seconds: float) -> Image:
    """Capture for a while as a session does, four times a second, and give the last picture."""
    image = source.glance(0.0)
    for _ in range(round(4 * seconds)):
        loop = QEventLoop()
        QTimer.singleShot(250, loop.quit)
        loop.exec()
        image = source.glance(0.0)
    return image


def main() -> int:
    region = Region(*map(int, sys.argv[1:]))
    QApplication(sys.argv[:1])
    masks, windows = Masks(), OwnWindows()
    windows.changed.connect(masks.set)
    windows.start()
    ratio = QApplication.primaryScreen().devicePixelRatio()
    window = overlay()
    with closing(ScreenSource(region, masks)) as watched, closing(ScreenSource(region)) as bare:
        before = look_for(watched, 1.5)
        report: dict[str, int] = {}
        for step, left_px in (("shown", region.left_px + 20), ("moved", region.left_px + 60)):
            place = Region(left_px, region.top_px + 30, 120, 60)
            window.setGeometry(*(round(side / ratio) for side in map(int, str(place).split(","))))
            window.show()
            seen = look_for(watched, 1.0)
            report[step] = int((seen != before).any(axis=2).sum())
            report[f"{step} really"] = int((bare.glance(0.0) != before).any(axis=2).sum())
        window.close()
        report["closed"] = int((look_for(watched, 1.0) != before).any(axis=2).sum())
        report["masks"] = len(masks.regions)
    windows.stop()
    sys.stdout.write(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
