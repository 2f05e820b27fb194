"""Frames as the engine has them, turned into pictures that Qt can paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.capture.base import Image


def image_from_frame(frame: Image) -> QImage:
    """A picture with its own copy of `frame`, uint8 (height, width, 3) RGB. Any thread may call."""
    pixels = frame if frame.flags.c_contiguous else frame.copy(order="C")
    height, width, _ = pixels.shape
    view = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)  # copies, and paints fastest
