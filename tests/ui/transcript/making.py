"""Kept sessions with key frames, for tests of the windows that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage

from app.transcripts.key_frames import key_frame_folder, key_frame_name

if TYPE_CHECKING:
    from pathlib import Path


def paint_key_frames(journal: Path, count: int, colour: str = "#c01020") -> None:
    """Put a picture of one colour beside each of the first lines."""
    folder = key_frame_folder(journal)
    folder.mkdir()
    picture = QImage(240, 135, QImage.Format.Format_RGB32)
    picture.fill(QColor(colour))
    for index in range(count):
        picture.save(str(folder / key_frame_name(index)), "JPG")
