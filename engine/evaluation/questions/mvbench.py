"""MVBench: twenty tasks of multiple choice about short videos.

Source: MVBench (arXiv:2311.17005). Read are `json/TASK.json` and the videos under `video/` (or the
folder itself), where each task has its own source. Five tasks ask about a stretch: either the video
was cut to it already (folders that end in "segment") or the record names its start and end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from engine.errors import DataError
from engine.evaluation.questions.items import Collector, Draft, choice
from engine.evaluation.questions.tables import records

if TYPE_CHECKING:
    from pathlib import Path

PLACES: dict[str, tuple[str, ...]] = {
    "object_interaction": ("star/Charades_v1_480", "star/Charades_segment"),
    "action_sequence": ("star/Charades_v1_480", "star/Charades_segment"),
    "action_prediction": ("star/Charades_v1_480", "star/Charades_segment"),
    "action_localization": ("sta/sta_video", "sta/sta_video_segment"),
    "moving_count": ("clevrer/video_validation",),
    "fine_grained_pose": ("nturgbd", "nturgbd_convert"),
    "character_order": ("perception/videos",),
    "object_shuffle": ("perception/videos",),
    "egocentric_navigation": ("vlnqa",),
    "moving_direction": ("clevrer/video_validation",),
    "episodic_reasoning": ("tvqa/video_fps3_hq_segment",),
    "fine_grained_action": ("Moments_in_Time_Raw/videos",),
    "scene_transition": ("scene_qa/video",),
    "state_change": ("perception/videos",),
    "moving_attribute": ("clevrer/video_validation",),
    "action_antonym": ("ssv2_video", "ssv2_video_mp4"),
    "unexpected_action": ("FunQA_test/test",),
    "counterfactual_inference": ("clevrer/video_validation",),
    "object_existence": ("clevrer/video_validation",),
    "action_count": ("perception/videos",),
}
"""Folders of each task's videos, whole ones before those that are cut."""

BOUND = frozenset(
    {
        "action_localization",
        "action_prediction",
        "action_sequence",
        "episodic_reasoning",
        "object_interaction",
    }
)
"""Tasks that ask about a stretch; other records' times, where they have any, are not for it."""

_BASES = ("video", "video/data0613", "data0613", "")
"""Where sources lie; one of the published archives unpacks into a folder of its own."""

_CUT = "segment"
_GROUP = "MVBench"


class _Record(BaseModel):
    video: str
    question: str
    candidates: list[str]
    answer: str
    start: float | None = None
    end: float | None = None


def read(folder: Path) -> Collector:
    """Read the suite's folder.

    Raises:
        DataError: There is no annotation file, or one cannot be read.
    """
    collector = Collector()
    present = [task for task in PLACES if _file(folder, task).is_file()]
    if not present:
        raise DataError(f"there is no file json/TASK.json in {folder}; see the suite's help")
    for task in PLACES:
        if task not in present:
            collector.reject(f"json/{task}.json", "the task's file is missing")
            continue
        for number, (where, record) in enumerate(records(_file(folder, task), _Record, collector)):
            try:
                collector.add(_draft(folder, task, number, record))
            except DataError as error:
                collector.reject(where, str(error))
    return collector


def _file(folder: Path, task: str) -> Path:
    return folder / "json" / f"{task}.json"


def _draft(folder: Path, task: str, number: int, record: _Record) -> Draft:
    videos = tuple(
        folder / base / place / record.video for base in _BASES for place in PLACES[task]
    )
    found = next((path for path in videos if path.is_file()), videos[0])
    is_cut = any(part.endswith(_CUT) for part in found.relative_to(folder).parts[:-1])
    is_whole = is_cut or task not in BOUND
    draft = Draft(
        f"{task}-{number}",
        _GROUP,
        task,
        videos,
        text="",
        form="letter",
        answer="",
        start_s=0.0 if is_whole or record.start is None else record.start,
        ask_s=None if is_whole else record.end,
    )
    right = record.candidates.index(record.answer) if record.answer in record.candidates else None
    return choice(draft, record.question, record.candidates, right)
