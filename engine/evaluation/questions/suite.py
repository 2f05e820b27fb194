"""Asks every question that is not in the journal yet, then reports on all of them."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.config import LIKELIEST
from engine.errors import DataError
from engine.evaluation.journal import JOURNAL, WorkJournal
from engine.evaluation.pool import work_through
from engine.evaluation.provenance import (
    ModelFacts,
    Origin,
    digest_of,
    file_digest,
    fingerprint,
    sampled_digest,
)
from engine.evaluation.questions.answerers import ANSWER_TOKENS, open_answerer
from engine.evaluation.questions.catalogue import SUITES
from engine.evaluation.questions.report import Report, Row, write_report
from engine.evaluation.questions.scores import Outcome
from engine.evaluation.questions.worker import Asked, QuestionWorker
from engine.model.checkpoint import find_folder
from engine.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.questions.items import Collector, Question
    from engine.evaluation.questions.settings import QuestionSettings
    from engine.evaluation.questions.worker import Open


def evaluate(
    settings: QuestionSettings, say: Callable[[str], None], opened: Open = open_answerer
) -> Path:
    """Ask what is missing and write the report; gives its path.

    Args:
        settings: What to ask.
        say: Told how far the work is.
        opened: Gives what answers for a model in a mode.

    Raises:
        EngineError: A model or the data cannot be used, or the folder cannot be written to.
    """
    data = SUITES[settings.suite].read(settings.data)
    questions = _chosen(data.questions, settings.limit)
    if not questions:
        raise DataError(
            f"none of the questions in {settings.data} can be asked; the first reason: "
            + next((f"{fault.where}: {fault.what}" for fault in data.faults), "there is none")
        )
    videos = {path: sampled_digest(path) for path in {each.video for each in questions}}
    asked = _asked(settings, questions, videos)
    with WorkJournal(settings.out / JOURNAL) as journal:
        missing = [item for item in asked if item.key not in journal]
        say(
            f"{len(missing)} questions to ask, {len(asked) - len(missing)} are in "
            f"{settings.out / JOURNAL}; {len(data.faults)} faults in the data"
        )
        _ask_all(settings, missing, journal, opened)
        rows = _rows(settings, asked, journal)
    return write_report(Report(settings, rows, tuple(data.faults), _checksums(data, videos)))


def _chosen(questions: Sequence[Question], limit: int | None) -> list[Question]:
    """All, or so many evenly spaced ones, so that no task is left out by its place."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return [questions[index * len(questions) // limit] for index in range(limit)]


def _asked(
    settings: QuestionSettings, questions: Sequence[Question], videos: Mapping[Path, str]
) -> list[Asked]:
    """Everything, model by model and mode by mode."""
    asked: list[Asked] = []
    for model in settings.models:
        weights = fingerprint(find_folder(model))
        for mode in settings.modes:
            fixed = {"weights": weights, "mode": mode, "how": settings.deciding(mode)}
            fixed |= {"sampling": asdict(LIKELIEST), "tokens": ANSWER_TOKENS}
            for question in questions:
                what = {"question": question.as_json(), "video": videos[question.video]}
                asked.append(Asked(model, mode, question, digest_of({**fixed, **what})))
    return asked


def _ask_all(
    settings: QuestionSettings, missing: Sequence[Asked], journal: WorkJournal, opened: Open
) -> None:
    progress = Progress(len(missing), unit="questions")

    def done(item: Asked, found: Mapping[str, Any]) -> None:
        journal.add(item.key, {"id": item.question.id, "mode": item.mode, **found})
        progress.advance(item.label)

    try:
        work_through(missing, settings.pool, partial(QuestionWorker, settings, opened), done)
    finally:
        progress.close()


def _rows(
    settings: QuestionSettings, asked: Sequence[Asked], journal: WorkJournal
) -> tuple[Row, ...]:
    rows: list[Row] = []
    for model in settings.models:
        for mode in settings.modes:
            items = [item for item in asked if (item.model, item.mode) == (model, mode)]
            kept = [(item.question, _kept(journal, item.key)) for item in items]
            rows.append(
                Row(
                    model,
                    mode,
                    ModelFacts(**kept[0][1]["facts"]),
                    _origins([found for _, found in kept]),
                    tuple(
                        Outcome(question, found["text"], found.get("failed"))
                        for question, found in kept
                    ),
                    sum(found.get("seconds", 0.0) for _, found in kept),
                    max(found.get("cache_tokens", 0) for _, found in kept),
                )
            )
    return tuple(rows)


def _kept(journal: WorkJournal, key: str) -> Mapping[str, Any]:
    found = journal.find(key)
    assert found is not None, "every question was asked"
    return found


def _origins(kept: Sequence[Mapping[str, Any]]) -> tuple[Origin, ...]:
    """Of every run that has answered some of these, once."""
    runs = {digest_of(found["origin"]): found["origin"] for found in kept}
    return tuple(Origin(**origin) for origin in runs.values())


def _checksums(data: Collector, videos: Mapping[Path, str]) -> dict[str, str]:
    """SHA-256 of annotation files; of videos, which are large, size and both ends."""
    files = {path.name: file_digest(path) for path in data.files}
    return files | {path.name: digest for path, digest in sorted(videos.items())}
