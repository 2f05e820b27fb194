"""Video files made by the tests: every frame carries its own number in its brightness."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.capture.base import Image

WIDTH, HEIGHT = 64, 48
STRIPE_PX = WIDTH // 8


def numbered_image(number: int) -> Image:
    """A picture whose eight stripes are the bits of `number`, black or white, lowest first."""
    bits = [(number >> place) & 1 for place in range(8)]
    row = np.repeat(np.array(bits, np.uint8) * 255, STRIPE_PX)
    return np.broadcast_to(row[None, :, None], (HEIGHT, WIDTH, 3)).copy()


def number_of(image: Image) -> int:
    """The number that `numbered_image` drew, also after lossy coding or scaling."""
    stripes = image.mean(axis=(0, 2)).reshape(8, -1).mean(axis=1) > 127
    return sum(1 << place for place, is_set in enumerate(stripes) if is_set)


def constant_times(fps: Fraction | int, duration_s: float) -> list[Fraction]:
    """Frame times at a constant rate."""
    return [Fraction(index) / fps for index in range(int(duration_s * fps))]


def write_video(
    path: Path, times: Sequence[Fraction], *, rate: Fraction | int = 30, title: str = ""
) -> Path:
    """Encode numbered frames with H.264 at exact times, in the container of the suffix."""
    with av.open(str(path), "w") as container:
        container.metadata.update({"title": title} if title else {})
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        time_base = Fraction(1, 90_000)
        stream.time_base = stream.codec_context.time_base = time_base
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(numbered_image(number), format="rgb24")
            frame.pts, frame.time_base = round(time / time_base), time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
