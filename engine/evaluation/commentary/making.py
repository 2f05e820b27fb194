"""Writes a small data set in the public formats, made of the built-in match.

DIR then holds `videos/match-SEED.mp4`, `metadata.jsonl` (whole games, as Inf-Streams-Eval has them)
and `events.jsonl` (clips, as LiveSports-3K-CC has them).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, cast

from engine.data.samples import read_samples
from engine.errors import DataError
from engine.evaluation.commentary.datasets import EVENTS, GAMES
from engine.match.export import ExportSettings, export_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

CLIP_S = 20
"""Of a clip in `events.jsonl`."""
_INTRODUCTION_S = 0.5


class _Told(NamedTuple):
    """One reference line; seconds."""

    start_s: float
    end_s: float
    text: str


def make_data(seeds: Sequence[int], seconds: int, folder: Path, say: Callable[[str], None]) -> None:
    """Write the matches with these seeds and their reference commentary.

    Raises:
        EngineError: A setting is out of its range, or the folder cannot be written to.
    """
    videos = folder / "videos"
    export_matches(seeds, ExportSettings(seconds), videos, say)
    told = _told(videos)
    introductions = {
        sample.video: sample.previous for sample in read_samples(videos / "streams.jsonl")
    }
    games = [_game(video, introductions[video], lines) for video, lines in told.items()]
    clips = [
        clip
        for video, lines in told.items()
        for clip in _clips(video, introductions[video], lines, seconds)
    ]
    try:
        for name, values in ((GAMES, games), (EVENTS, clips)):
            text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot write to {folder}: {error.strerror}") from error
    say(f"{folder / GAMES}: {len(games)} games; {folder / EVENTS}: {len(clips)} clips")


def _told(videos: Path) -> dict[str, list[_Told]]:
    """The true lines by video, each said in the second in which it can be known."""
    told: dict[str, list[_Told]] = {}
    for line in (videos / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        record = cast("dict[str, object]", json.loads(line))
        second = float(cast("int", record["second"]))
        said = _Told(second, second + 1, str(record["line"]))
        told.setdefault(str(record["video"]), []).append(said)
    return told


def _game(video: str, introduction: str, lines: Sequence[_Told]) -> dict[str, object]:
    content = [_Told(0.0, _INTRODUCTION_S, introduction), *lines]
    return {"video": video, "title": introduction, "content": [list(line) for line in content]}


def _clips(
    video: str, introduction: str, lines: Sequence[_Told], seconds: int
) -> list[dict[str, object]]:
    """Whole clips in which something is said."""
    clips: list[dict[str, object]] = []
    for begin in range(0, seconds - CLIP_S + 1, CLIP_S):
        said = [line.text for line in lines if begin <= line.start_s < begin + CLIP_S]
        before = [introduction, *(line.text for line in lines if line.start_s < begin)]
        if said:
            clip: dict[str, object] = {
                "video_id": video.removesuffix(".mp4"),
                "event_id": len(clips),
                "begin": begin,
                "end": begin + CLIP_S,
                "video": video,
                "event_title": "A match of the built-in game.",
                "event_asr_text": " ".join(said),
                "preasr_text": " ".join(before),
            }
            clips.append(clip)
    return clips
