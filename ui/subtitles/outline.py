"""Letters with a line around them, of any size and script.

To stroke the shapes of the letters takes tens of milliseconds for one phrase. To let the picture
of the letters grow takes one or two, and works for colour pictures such as emoji, too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Coverage = NDArray[Any]  # uint8, (height, width)

_STEP_PX = 4
_ROUNDNESS = 0.3  # makes small discs look round


def outlined(letters: QImage, colour: QColor, reach_px: int) -> QImage:
    """`letters` upon everything that lies within `reach_px` pixels of them, in `colour`.

    Args:
        letters: Transparent where there is nothing, and along its edges.
        colour: Of the line.
        reach_px: How far the line reaches out, device pixels.
    """
    import numpy as np  # loads in the background while the first window opens

    alpha = letters.convertToFormat(QImage.Format.Format_Alpha8)
    size, stride = alpha.size(), alpha.bytesPerLine()
    rows = np.frombuffer(alpha.constBits(), np.uint8).reshape(size.height(), stride).copy()
    covered = rows[:, : size.width()]  # what pads each row is never to be seen
    while reach_px > 0:
        covered[:] = _grown(covered, min(reach_px, _STEP_PX))
        reach_px -= _STEP_PX
    grown = QImage(rows.tobytes(), size.width(), size.height(), stride, QImage.Format.Format_Alpha8)
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(colour)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, grown)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawImage(QRect(QPoint(0, 0), size), letters)
    painter.end()
    image.setDevicePixelRatio(letters.devicePixelRatio())
    return image


def _grown(covered: Coverage, reach: int) -> Coverage:
    """Each pixel takes the strongest cover within `reach` of it."""
    import numpy as np

    height, width = covered.shape
    grown = covered.copy()
    for down, right in _rings(reach):
        to = grown[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
        by = covered[max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)]
        np.maximum(to, by, out=to)
    return grown


def _rings(reach: int) -> list[tuple[int, int]]:
    """The steps to every second ring of a disc: strokes of letters are wider than the gaps."""
    axis = range(-reach, reach + 1)
    steps = [(down, right, math.hypot(down, right)) for down in axis for right in axis]
    return [
        (down, right)
        for down, right, far in steps
        if 0 < far <= reach + _ROUNDNESS and round(far) % 2 == reach % 2
    ]
