"""The suites of questions: who reads them, and what the paper found with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.questions import longvideobench, mvbench, ovobench, videomme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.evaluation.questions.items import Collector


@dataclass(frozen=True, slots=True)
class QuestionSuite:
    """One public suite.

    Attributes:
        title: As its authors write it.
        read: Reads its folder.
        paper: Standard mode, base model and the tuned one, in percent, and what the number is.
    """

    title: str
    read: Callable[[Path], Collector]
    paper: tuple[str, str, str]


SUITES: dict[str, QuestionSuite] = {
    "ovobench": QuestionSuite(
        "OVO-Bench", ovobench.read, ("56.00", "61.96", "mean of the Realtime tasks")
    ),
    "longvideobench": QuestionSuite(
        "LongVideoBench", longvideobench.read, ("54.70", "59.00", "all questions")
    ),
    "videomme": QuestionSuite("Video-MME", videomme.read, ("65.10", "65.10", "all questions")),
    "mvbench": QuestionSuite("MVBench", mvbench.read, ("67.34", "69.16", "mean of the tasks")),
}
"""By the name of the command. Source of the numbers: StreamingVLM (arXiv:2510.09608)."""
