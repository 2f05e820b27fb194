"""Writes matches as files: video, truth, and commentary in the sample format of `engine.data`.

The folder then holds `match-SEED.mp4` for each seed, and for all of them together `truth.jsonl`
(every event with its time), `streams.jsonl` (one sample per whole match) and `clips.jsonl` (the
overlapped training clips cut from these), so that `kibitz data` and `kibitz train` take it as any
other collection of commentated videos.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

from engine.data.clips import ClipOptions, cut_clips
from engine.data.samples import Sample, Word, write_samples
from engine.errors import ConfigError, DataError
from engine.match.commentary import SpokenLine, commentate, round_of
from engine.match.stream import DEFAULT_HEIGHT, DEFAULT_WIDTH, MatchStream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.match.events import MatchEvent
    from engine.match.words import Teams

VIDEO_FPS = (10, 25)
_CRF = "16"  # small cues must survive


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What is written.

    Attributes:
        seconds: Length of each match.
        width, height: Size of the pictures in pixels.
        video_fps: Frames a second of the video; the match itself moves 10 times a second. With 25
            no frame lies exactly on every half second, where some cues begin.
        instruction: Request that goes into each sample.
        clips: How training clips are cut; a match has silence in it, so none is too quiet.

    Raises:
        ConfigError: A value is out of its range.
    """

    seconds: int
    width: int = 2 * DEFAULT_WIDTH
    height: int = 2 * DEFAULT_HEIGHT
    video_fps: int = VIDEO_FPS[0]
    instruction: str = ""
    clips: ClipOptions = field(default_factory=lambda: ClipOptions(min_words=0))

    def __post_init__(self) -> None:
        if self.seconds < 1:
            raise ConfigError(f"a match must last at least a second, it lasts {self.seconds}")
        if min(self.width, self.height) < 1 or self.width % 2 or self.height % 2:
            raise ConfigError(
                f"width and height must be even, as H.264 wants it, they are {self.width} and "
                f"{self.height}"
            )
        if self.video_fps not in VIDEO_FPS:
            raise ConfigError(f"the video's rate must be one of {VIDEO_FPS}")


@dataclass(frozen=True, slots=True)
class _Exported:
    """One match whose video is written."""

    video: str
    teams: Teams
    lines: tuple[SpokenLine, ...]
    stream: Sample


def export_matches(
    seeds: Sequence[int], settings: ExportSettings, folder: Path, say: Callable[[str], None]
) -> None:
    """Write the matches with these seeds.

    Raises:
        DataError: The folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        exported: list[_Exported] = []
        for seed in seeds:
            exported.append(_export(seed, settings, folder))
            say(f"{folder / exported[-1].video}: {len(exported[-1].lines)} events")
        _write_truth(exported, folder / "truth.jsonl")
        streams = [match.stream for match in exported]
        write_samples(folder / "streams.jsonl", streams)
        clips = (clip for stream in streams for clip in cut_clips(stream, settings.clips))
        say(f"{folder / 'clips.jsonl'}: {write_samples(folder / 'clips.jsonl', clips)} clips")
    except OSError as error:
        raise DataError(f"cannot write to {folder}: {error.strerror}") from error


def truth(line: SpokenLine, teams: Teams) -> dict[str, object]:
    """An event as plain values, with the second in which a commentator can know of it."""
    event = line.event
    return {
        "time_s": event.time_s,
        "second": line.round_index,
        "kind": event.kind.value,
        "team": None if event.team is None else teams.names[event.team],
        "colour": None if event.team is None else teams.colours[event.team],
        "zone": None if event.zone is None else event.zone.value,
        "score": dict(zip(teams.names, event.score, strict=True)),
        "new_match": event.new_match,
        "line": line.text,
    }


def _export(seed: int, settings: ExportSettings, folder: Path) -> _Exported:
    match = MatchStream(seed, width=settings.width, height=settings.height)
    video = f"match-{seed}.mp4"
    _write_video(match, settings, folder / video)
    seen = [event for event in match.events_until(settings.seconds) if _is_seen(event, settings)]
    lines = tuple(commentate(seen, match.teams, random.Random(f"export {seed}")))
    words = tuple(Word(*word) for line in lines for word in line.timed_words())
    stream = Sample(
        video,
        0.0,
        float(settings.seconds),
        text=settings.instruction,
        previous=match.introduction,
        text_stream=words,
    )
    return _Exported(video, match.teams, lines, stream)


def _is_seen(event: MatchEvent, settings: ExportSettings) -> bool:
    """Whether the event's cue shows before the end."""
    return round_of(event) < settings.seconds


def _write_video(match: MatchStream, settings: ExportSettings, path: Path) -> None:
    """Encode the match; the file appears whole or not at all."""
    partial = path.with_name(f"{path.stem}.partial{path.suffix}")
    with av.open(str(partial), "w") as opened:
        container: Any = opened  # whose packets have no types
        stream = container.add_stream("libx264", rate=settings.video_fps)
        stream.width, stream.height, stream.pix_fmt = settings.width, settings.height, "yuv420p"
        stream.options = {"crf": _CRF, "preset": "veryfast"}
        for index in range(settings.seconds * settings.video_fps):
            picture = match.frame_at(index / settings.video_fps)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, settings.video_fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    partial.replace(path)


def _write_truth(exported: Sequence[_Exported], path: Path) -> None:
    records = (
        {"video": match.video, **truth(line, match.teams)}
        for match in exported
        for line in match.lines
    )
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
