from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from app.capture.specs import UrlSpec

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def statement(window: MainWindow) -> str:
    """What the status bar says about the network."""
    texts = [label.text() for label in window.status_line.findChildren(QLabel)]
    (text,) = [text for text in texts if text.startswith(("Nothing leaves", "Connects"))]
    return text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("rtsp://camera.example/live", "Connects to camera.example"),
        ("http://127.0.0.1:8080/video", "Nothing leaves this machine"),
        ("http://localhost/video", "Nothing leaves this machine"),
        ("", "Nothing leaves this machine"),
    ],
)
def test_the_statement_names_the_machine_that_is_connected_to(
    window: MainWindow, address: str, said: str
) -> None:
    assert statement(window) == "Nothing leaves this machine"
    window.choice.source.set_spec(UrlSpec(address))
    assert statement(window) == said
    window.choice.source.choose(window.choice.source.match)
    assert statement(window) == "Nothing leaves this machine"
