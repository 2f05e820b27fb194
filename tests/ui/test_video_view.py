from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from ui.frames import image_from_frame
from ui.widgets.video_view import VideoView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_frame_keeps_its_colours_and_its_own_memory() -> None:
    frame = np.zeros((3, 5, 3), np.uint8)
    frame[1, 4] = (10, 20, 30)
    image = image_from_frame(frame)
    frame[:] = 255
    assert (image.width(), image.height()) == (5, 3)
    assert image.pixelColor(4, 1) == QColor(10, 20, 30)
    assert image.pixelColor(0, 0) == QColor(0, 0, 0)


def test_a_view_into_a_larger_frame_works_too() -> None:
    frame = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    part = frame[1:3, 2:5]
    assert image_from_frame(part).pixelColor(0, 0).getRgb()[:3] == tuple(frame[1, 2])


@pytest.mark.parametrize(("width", "height"), [(640, 360), (320, 900), (500, 500)])
def test_the_picture_is_as_large_as_fits_and_in_the_middle(
    qtbot: QtBot, width: int, height: int
) -> None:
    view = VideoView(corner_radius_px=0)
    qtbot.addWidget(view)
    view.resize(width, height)
    picture = QImage(168, 112, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff0000"))
    view.show_image(picture)
    rect = view.picture_rect()
    assert rect.width() / rect.height() == pytest.approx(168 / 112)
    assert rect.width() == pytest.approx(width) or rect.height() == pytest.approx(height)
    assert rect.center().x() == pytest.approx(width / 2)
    painted = view.grab().toImage()
    ratio = painted.devicePixelRatio()
    middle = painted.pixelColor(round(width * ratio / 2), round(height * ratio / 2))
    assert middle == QColor("#ff0000")
    view.clear()
    assert view.picture_rect().isEmpty()
