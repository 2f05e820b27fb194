"""Video-MME: multiple choice about short, medium and long videos, without subtitles.

Source: Video-MME (arXiv:2405.21075). Read are `test-*.parquet` (or the same as JSON lines) and the
videos in `data/` or `videos/`, named by their id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from engine.errors import DataError
from engine.evaluation.questions.items import LETTERS, Collector, Draft, choice
from engine.evaluation.questions.tables import find_file, records

if TYPE_CHECKING:
    from pathlib import Path

_FILES = ("test*.parquet", "**/test*.parquet", "*.jsonl", "*.json")
_FOLDERS = ("data", "videos", ".")
_ENDINGS = (".mp4", ".MP4", ".mkv", ".webm")
_LETTER = re.compile(r"^[A-J][.)]\s*")


class _Record(BaseModel):
    question_id: str
    video_id: str = Field(alias="videoID")
    duration: str
    task_type: str
    question: str
    options: list[str]
    answer: str


def read(folder: Path) -> Collector:
    """Read the suite's folder.

    Raises:
        DataError: There is no annotation file, or it cannot be read.
    """
    collector = Collector()
    for where, record in records(find_file(folder, _FILES), _Record, collector):
        draft = Draft(
            record.question_id,
            record.duration,
            record.task_type,
            tuple(
                folder / place / f"{record.video_id}{ending}"
                for place in _FOLDERS
                for ending in _ENDINGS
            ),
            text="",
            form="letter",
            answer="",
        )
        options = [_LETTER.sub("", option) for option in record.options]
        right = LETTERS.find(record.answer) if len(record.answer) == 1 else -1
        try:
            collector.add(choice(draft, record.question, options, right))
        except DataError as error:
            collector.reject(where, f"{record.question_id}: {error}")
    return collector
