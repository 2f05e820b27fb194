"""From replies to accuracies: per task, per group, over all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.questions.answers import answer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.evaluation.questions.items import Question


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and what came of it.

    Attributes:
        reply: In the model's words; None where the video could not be read.
        failed: Why there is no reply.
    """

    question: Question
    reply: str | None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Questions counted by what came of them; failed ones were not put, so they do not count.

    Attributes:
        right, wrong: Clear answers.
        unparsable: Replies that give no answer; they count as not right, and apart.
        failed: Questions that could not be put.
    """

    right: int = 0
    wrong: int = 0
    unparsable: int = 0
    failed: int = 0

    @property
    def asked(self) -> int:
        """Questions that were put."""
        return self.right + self.wrong + self.unparsable

    @property
    def accuracy(self) -> float | None:
        """Share of right answers among all questions that were put; None where there were none."""
        return self.right / self.asked if self.asked else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.right + other.right,
            self.wrong + other.wrong,
            self.unparsable + other.unparsable,
            self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class Score:
    """One model in one mode.

    Attributes:
        tasks: By group, then by task, both in the order of their first question.
    """

    tasks: Mapping[str, Mapping[str, Tally]]

    @property
    def total(self) -> Tally:
        """Every question alike."""
        every = (tally for group in self.tasks.values() for tally in group.values())
        return sum(every, Tally())

    def group_mean(self, group: str) -> float | None:
        """Mean of a group's task accuracies: each task counts alike."""
        return mean(tally.accuracy for tally in self.tasks[group].values())

    @property
    def mean_of_groups(self) -> float | None:
        """Mean of the groups' means."""
        return mean(self.group_mean(group) for group in self.tasks)


def score(outcomes: Sequence[Outcome]) -> Score:
    """Judge every reply."""
    tasks: dict[str, dict[str, Tally]] = {}
    for outcome in outcomes:
        group = tasks.setdefault(outcome.question.group, {})
        before = group.get(outcome.question.task, Tally())
        group[outcome.question.task] = before + _judge(outcome)
    return Score(tasks)


def mean(values: Iterable[float | None]) -> float | None:
    """Of those that are known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _judge(outcome: Outcome) -> Tally:
    if outcome.reply is None:
        return Tally(failed=1)
    answer = answer_of(outcome.reply, outcome.question)
    if answer is None:
        return Tally(unparsable=1)
    return Tally(right=1) if answer == outcome.question.answer else Tally(wrong=1)
