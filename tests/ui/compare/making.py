"""A video of numbered frames and two commentaries on it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.evaluation.compare.comparison import ComparisonSettings
from tests.app.capture.videos import constant_times, write_video

if TYPE_CHECKING:
    from pathlib import Path


def write_comparison(folder: Path, seconds: int = 12) -> ComparisonSettings:
    """Frame N is shown from N / 10 s on; a line of either in every second says which it is."""
    video = write_video(folder / "v.mp4", constant_times(Fraction(10), seconds), rate=10)
    for name in ("good", "bad"):
        content = [[second, second + 1, f"{name}-{second}"] for second in range(seconds)]
        text = json.dumps({"video": "v.mp4", "content": content})
        (folder / f"{name}.jsonl").write_text(text)
    files = (folder / f"{name}.jsonl" for name in ("good", "bad"))
    return ComparisonSettings(*files, video, folder / "votes.jsonl", seconds=4.0)
