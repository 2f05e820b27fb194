"""Reads and writes what candidates said, one task a line, so that it can be compared anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import DataError
from engine.evaluation.commentary.tasks import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class _Written(BaseModel):
    """A line: timed words as in Inf-Streams-Eval, or LiveSports-3K-CC's words without times."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    video: str = ""
    video_id: str = ""
    event_id: str = ""
    begin: float = 0.0
    end: float = 0.0
    content: list[tuple[float, float, str]] | None = None
    pred: str | None = None

    @property
    def name(self) -> str:
        video = self.video_id or self.video
        return f"{video}_{self.event_id}" if self.event_id else video

    def lines(self) -> list[Line]:
        if self.content is not None:
            return sorted(Line(*item) for item in self.content)
        return [Line(self.begin, self.end, self.pred or "")]


def read_precomputed(path: Path) -> dict[str, list[Line]]:
    """Lines by the name of their task.

    Raises:
        DataError: The file cannot be read, or a line has neither `content` nor `pred`.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    written: dict[str, list[Line]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = _Written.model_validate_json(line)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]["msg"]
            raise DataError(f"{path}, line {number}: {fault}") from error
        if not entry.name or (entry.content is None and entry.pred is None):
            raise DataError(f"{path}, line {number}: needs video and content, or video and pred")
        if entry.name in written:
            raise DataError(f"{path}, line {number}: {entry.name!r} was there before")
        written[entry.name] = entry.lines()
    return written


def write_precomputed(path: Path, said: Mapping[str, Sequence[Line]]) -> None:
    """Write lines by task; the file appears whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        for name, lines in said.items():
            value = {"video": name, "content": [list(line) for line in lines]}
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
    partial.replace(path)
