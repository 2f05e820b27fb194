"""An overlay that does what its standard input says, one command a line, and tells what happens.

Commands: `say TEXT`, `silence`, `lock`, `unlock`, `quit`. Started as
`python -m tests.desktop.overlay_program X Y WIDTH HEIGHT OPACITY`.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QRect, QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.subtitles.settings import Pacing, SubtitleSettings, SubtitleStyle
from ui.overlay.window import OverlayWindow


class Prompter(QObject):
    """Reads commands and steers the overlay."""

    def __init__(self, overlay: OverlayWindow) -> None:
        super().__init__()
        self._overlay = overlay
        self._lines = 0
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        overlay.placed.connect(self._tell_place)
        overlay.lock_asked.connect(self._lock)

    def _read(self) -> None:
        verb, _, text = sys.stdin.readline().strip().partition(" ")
        match verb:
            case "say":
                self._lines += 1
                self._overlay.player.add(self._lines, text)
                self._overlay.player.end_line()
            case "silence":
                self._overlay.player.clear()
            case "lock":
                self._lock()
            case "unlock":
                self._overlay.set_locked(False)
            case _:
                QApplication.quit()
        _tell("done")

    def _lock(self) -> None:
        self._overlay.set_locked(True)
        _tell("locked")

    def _tell_place(self, rect: QRect) -> None:
        _tell(f"placed {rect.x()} {rect.y()} {rect.width()} {rect.height()}")


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main() -> int:
    *place, opacity = map(float, sys.argv[1:])
    application = QApplication(sys.argv[:1])
    style = SubtitleStyle(background_colour="#00ff00", background_opacity=opacity)
    overlay = OverlayWindow(SubtitleSettings(style, Pacing(hold_s=60)))
    overlay.setGeometry(*map(int, place))
    overlay.show()
    prompter = Prompter(overlay)
    _tell("shown")
    code = application.exec()
    prompter.deleteLater()
    return code


if __name__ == "__main__":
    sys.exit(main())
