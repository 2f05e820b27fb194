"""LongVideoBench: multiple choice about videos of seconds to an hour.

Source: LongVideoBench (arXiv:2407.15754). Read are `lvb_val.json` or the validation Parquet file,
and `videos/`. Subtitles are not given to the model. The test split has no published answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from engine.errors import DataError
from engine.evaluation.questions.items import Collector, Draft, choice
from engine.evaluation.questions.tables import find_file, records

if TYPE_CHECKING:
    from pathlib import Path

_FILES = ("lvb_val.json", "validation*.parquet", "**/validation*.parquet")
_MOST_OPTIONS = 5
_NO_OPTION = "N/A"


class _Record(BaseModel):
    """A row; the Parquet file spreads its options over the columns option0 to option4."""

    model_config = ConfigDict(extra="allow")

    id: str
    video_path: str
    question: str
    question_category: str
    duration_group: int | str
    candidates: list[str] | None = None
    correct_choice: int | None = None

    def options(self) -> list[str]:
        """What can be chosen."""
        if self.candidates is not None:
            return self.candidates
        extra: dict[str, Any] = self.model_extra or {}
        columns = (extra.get(f"option{index}", _NO_OPTION) for index in range(_MOST_OPTIONS))
        return [str(option) for option in columns if option not in {None, _NO_OPTION}]


def read(folder: Path) -> Collector:
    """Read the suite's folder.

    Raises:
        DataError: There is no annotation file, or it cannot be read.
    """
    collector = Collector()
    for where, record in records(find_file(folder, _FILES), _Record, collector):
        draft = Draft(
            record.id,
            f"{record.duration_group} s",
            record.question_category,
            (folder / "videos" / record.video_path, folder / record.video_path),
            text="",
            form="letter",
            answer="",
        )
        try:
            right = record.correct_choice
            collector.add(choice(draft, record.question, record.options(), right))
        except DataError as error:
            collector.reject(where, f"{record.id}: {error}")
    return collector
