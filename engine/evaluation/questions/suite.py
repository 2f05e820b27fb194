"""Asks every question that is not in the journal yet, then reports on all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch

from engine import load_model
from engine.errors import DataError
from engine.evaluation.journal import JOURNAL, WorkJournal
from engine.evaluation.progress import Progress
from engine.evaluation.provenance import (
    ModelFacts,
    Origin,
    digest_of,
    file_digest,
    fingerprint,
    origin_now,
    sampled_digest,
)
from engine.evaluation.questions.answerers import ANSWER_TOKENS, GREEDY, open_answerer
from engine.evaluation.questions.catalogue import SUITES
from engine.evaluation.questions.report import Report, Row, write_report
from engine.evaluation.questions.scores import Outcome
from engine.model.checkpoint import find_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.questions.answerers import Answerer
    from engine.evaluation.questions.items import Collector, Question
    from engine.evaluation.questions.settings import Mode, QuestionSettings
    from engine.model import LoadedModel

    Open = Callable[[LoadedModel, Mode, QuestionSettings], Answerer]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question to a model in a mode, and the key of its answer."""

    model: str
    mode: Mode
    question: Question
    key: str


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
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
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
) -> list[_Asked]:
    """Everything, model by model and mode by mode."""
    asked: list[_Asked] = []
    for model in settings.models:
        weights = fingerprint(find_folder(model))
        for mode in settings.modes:
            fixed = {"weights": weights, "mode": mode, "how": settings.deciding(mode)}
            fixed |= {"sampling": asdict(GREEDY), "tokens": ANSWER_TOKENS}
            for question in questions:
                what = {"question": question.as_json(), "video": videos[question.video]}
                asked.append(_Asked(model, mode, question, digest_of({**fixed, **what})))
    return asked


def _ask_all(
    settings: QuestionSettings, missing: Sequence[_Asked], journal: WorkJournal, opened: Open
) -> None:
    progress = Progress(len(missing), unit="questions")
    try:
        for name in settings.models:
            items = [item for item in missing if item.model == name]
            if not items:
                continue
            model, origin = load_model(name), origin_now(torch.get_num_threads())
            facts = ModelFacts.of(model, fingerprint(find_folder(name)))
            made = {"facts": asdict(facts), "origin": asdict(origin)}
            answerers = {mode: opened(model, mode, settings) for mode in settings.modes}
            for item in items:
                found = _answer(answerers[item.mode], item.question)
                journal.add(item.key, {"id": item.question.id, "mode": item.mode, **found, **made})
                progress.advance(f"{name}, {item.mode}")
    finally:
        progress.close()


def _answer(answerer: Answerer, question: Question) -> dict[str, Any]:
    """The answer as plain values; a video that breaks off costs its own question, not the run."""
    try:
        return asdict(answerer.answer(question))
    except DataError as error:
        return {"text": None, "failed": str(error)}


def _rows(
    settings: QuestionSettings, asked: Sequence[_Asked], journal: WorkJournal
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
