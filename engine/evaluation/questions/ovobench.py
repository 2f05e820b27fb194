"""OVO-Bench: three groups, twelve tasks, each question at its own time of the video.

Source: OVO-Bench (arXiv:2501.05510). Read are `ovo_bench_new.json` (or an older name) and either
the whole videos, which are then seen up to the question's time, or the published pieces that end
there (`chunked_videos/ID.mp4`, for forward tasks `ID_INDEX.mp4`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from engine.errors import DataError
from engine.evaluation.questions.items import Collector, Draft, choice
from engine.evaluation.questions.tables import find_file, records

if TYPE_CHECKING:
    from pathlib import Path

    from engine.evaluation.questions.items import Form

GROUPS = {
    "Realtime": ("OCR", "ACR", "ATR", "STU", "FPD", "OJR"),
    "Backward": ("EPM", "ASI", "HLD"),
    "Forward": ("REC", "SSR", "CRR"),
}
_GROUP_OF = {task: group for group, tasks in GROUPS.items() for task in tasks}
_FILES = ("ovo_bench_new.json", "ovo_bench.json", "ovbench.json", "*.json")
_YES_NO = 'Answer "Yes" or "No" and nothing else.'
_YES_OR_NO: dict[int | None, str] = {0: "no", 1: "yes"}


class _Test(BaseModel):
    """One time at which a forward question is asked."""

    realtime: float
    count: int | None = None
    step: str | None = None
    type: int | None = None


class _Record(BaseModel):
    id: int | str
    task: str
    video: str
    question: str | None = None
    options: list[str] | None = None
    gt: int | None = None
    realtime: float | None = None
    activity: str | None = None
    test_info: list[_Test] | None = None


def read(folder: Path) -> Collector:
    """Read the suite's folder.

    Raises:
        DataError: There is no annotation file, or it cannot be read.
    """
    collector = Collector()
    for where, record in records(find_file(folder, _FILES), _Record, collector):
        try:
            for draft in _drafts(folder, record):
                collector.add(draft)
        except DataError as error:
            collector.reject(where, f"{record.task} {record.id}: {error}")
    return collector


def _drafts(folder: Path, record: _Record) -> list[Draft]:
    group = _GROUP_OF.get(record.task)
    if group is None:
        raise DataError("there is no such task")
    if group == "Forward":
        if not record.test_info:
            raise DataError("it names no time to ask at")
        tests = enumerate(record.test_info)
        return [_forward(folder, record, index, test) for index, test in tests]
    if record.question is None or record.options is None or record.realtime is None:
        raise DataError("it has no question, no options or no time")
    draft = _draft(folder, record, str(record.id), record.realtime)
    return [choice(draft, record.question, record.options, record.gt)]


def _draft(folder: Path, record: _Record, piece: str, ask_s: float) -> Draft:
    """A draft without its text; the published piece of a video ends when the question is asked."""
    whole = (folder / record.video, folder / "src_videos" / record.video)
    pieces = folder / "chunked_videos" / f"{piece}.mp4"
    is_cut = not any(path.is_file() for path in whole) and pieces.is_file()
    return Draft(
        f"{record.task}-{piece}",
        _GROUP_OF[record.task],
        record.task,
        (pieces,) if is_cut else whole,
        text="",
        form="yes_no",
        answer="",
        ask_s=None if is_cut else ask_s,
    )


def _forward(folder: Path, record: _Record, index: int, test: _Test) -> Draft:
    draft = _draft(folder, record, f"{record.id}_{index}", test.realtime)
    match record.task:
        case "REC":
            text = (
                f"Count over the whole video so far: how many times did they {record.activity}? "
                "Every complete one counts, whoever does it. "
                "Answer with a whole number (0, 1, 2, ...) and nothing else."
            )
            return _with(draft, text, "" if test.count is None else str(test.count), "count")
        case "SSR":
            text = f"Is somebody in the video doing this right now: {test.step}? {_YES_NO}"
        case _:
            text = (
                f"Somebody asks about the video: {record.question} Has the video, up to its newest "
                f"pictures, shown enough to answer this? {_YES_NO}"
            )
    return _with(draft, text, _YES_OR_NO.get(test.type, ""), "yes_no")


def _with(draft: Draft, text: str, answer: str, form: Form) -> Draft:
    return replace(draft, text=text, answer=answer, form=form)
