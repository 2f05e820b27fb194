"""Reads the data, has the candidates speak and the judge judge, and writes the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.data.costs import IMAGE_TOKENS
from engine.data.model_commands import user_agrees
from engine.errors import DataError
from engine.evaluation.commentary.candidates import (
    EndpointCandidate,
    FileCandidate,
    words_file,
)
from engine.evaluation.commentary.comparison import Comparison, compare, pairs_of
from engine.evaluation.commentary.datasets import read_events, read_games
from engine.evaluation.commentary.generation import Generation, pieces_left
from engine.evaluation.commentary.precomputed import write_precomputed
from engine.evaluation.commentary.report import Findings, Timing, write_report
from engine.evaluation.commentary.speakers import REPLY_TOKENS_PER_S
from engine.evaluation.commentary.tasks import segments_of
from engine.evaluation.commentary.timeliness import by_chance, timeliness, total
from engine.evaluation.journal import JOURNAL, WorkJournal
from engine.evaluation.judge.judging import judge_pairs
from engine.evaluation.provenance import origin_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.commentary.candidates import Piece
    from engine.evaluation.commentary.datasets import Dataset
    from engine.evaluation.commentary.generation import Said
    from engine.evaluation.commentary.settings import CommentarySettings
    from engine.evaluation.commentary.tasks import Segment, Task
    from engine.evaluation.judge.judging import OrderedVote

    Say = Callable[[str], None]


def evaluate(settings: CommentarySettings, say: Say) -> Path | None:
    """Do what is still missing and write the report; gives its path, None if costs are refused.

    Raises:
        EngineError: Data, a model or an endpoint cannot be used; what is finished is kept.
    """
    data = _read(settings, say)
    segments = _segments(settings, data.tasks)
    settings.out.mkdir(parents=True, exist_ok=True)
    origin = origin_now(settings.pool.threads or torch.get_num_threads())
    with WorkJournal(settings.out / JOURNAL) as journal:
        speech = Generation(settings.candidates, data.tasks, journal, settings.seed, origin)
        pieces = speech.missing(settings.candidates)
        say(f"{sum(map(pieces_left, pieces))} pieces are missing in {settings.out / JOURNAL}")
        if not _is_agreed(settings, pieces, say):
            return None
        speech.run(pieces, settings.pool)
    said = _by_candidate(settings, data.tasks, speech.said)
    for candidate in settings.candidates:
        if not isinstance(candidate, FileCandidate):
            tasks = said[candidate.name]
            lines = {task: part.lines for task, part in tasks.items()}
            write_precomputed(words_file(candidate, settings.out), lines)
    comparisons = _judge(settings, segments, said, say)
    if comparisons is None:
        return None
    timing = _in_time(settings, data, said)
    return write_report(Findings(settings, data, segments, said, timing, comparisons, origin))


def _read(settings: CommentarySettings, say: Say) -> Dataset:
    games = settings.suite == "inf-streams"
    data = (
        read_games(settings.data, settings.start_s, settings.max_s)
        if games
        else read_events(settings.data)
    )
    for problem in data.problems:
        say(f"left out: {problem.place}: {problem.what}")
    if not data.tasks:
        raise DataError(f"{settings.data} holds nothing that can be evaluated")
    return data


def _segments(settings: CommentarySettings, tasks: Sequence[Task]) -> list[Segment]:
    games = settings.suite == "inf-streams"
    length_s, words = (settings.segment_s, settings.min_words) if games else (None, 1)
    return [segment for task in tasks for segment in segments_of(task, length_s, words)]


def _is_agreed(settings: CommentarySettings, pieces: Sequence[Piece], say: Say) -> bool:
    """Say what hosted candidates will be sent, and ask."""
    hosted = [piece for piece in pieces if isinstance(piece.candidate, EndpointCandidate)]
    if not hosted:
        return True
    frames, seconds = 0.0, 0.0
    for piece in hosted:
        left_s = piece.task.end_s - piece.start_s
        seconds += left_s
        if isinstance(piece.candidate, EndpointCandidate):
            frames += left_s * piece.candidate.fps
    say(
        f"{sum(map(pieces_left, hosted))} requests with {frames:,.0f} pictures to hosted models; "
        f"estimate: {frames * IMAGE_TOKENS:,.0f} tokens in, {seconds * REPLY_TOKENS_PER_S:,.0f} out"
    )
    if settings.yes or user_agrees():
        return True
    say("nothing was sent; --yes starts without asking")
    return False


def _by_candidate(
    settings: CommentarySettings, tasks: Sequence[Task], said: Mapping[tuple[str, str], Said]
) -> dict[str, dict[str, Said]]:
    """What was said by candidate and task, in the order that was asked for."""
    return {
        candidate.name: {task.name: said[candidate.name, task.name] for task in tasks}
        for candidate in settings.candidates
    }


def _judge(
    settings: CommentarySettings,
    segments: Sequence[Segment],
    said: Mapping[str, Mapping[str, Said]],
    say: Say,
) -> list[Comparison] | None:
    """The first candidate against each other; None if the costs are refused.

    All are asked about in turn: an endpoint that refuses whatever one of them says is no broken
    endpoint as long as it answers on another.
    """
    if settings.judge is None:
        return []
    lines = {
        name: {task: part.lines for task, part in tasks.items()} for name, tasks in said.items()
    }
    first, *others = lines
    for other in others:
        say(f"{first} against {other}: {len(segments)} segments in both orders")
    by_other = [pairs_of(segments, lines[first], lines[other]) for other in others]
    pairs = [pair for in_turn in zip(*by_other, strict=True) for pair in in_turn]
    judged = judge_pairs(settings.judge, pairs, settings.out, say) if pairs else []
    if judged is None:
        return None
    control, seed = settings.length_control, settings.seed
    return [
        compare((first, other), segments, votes, seed=seed, length_control=control)
        for other, votes in zip(others, _dealt(judged, len(others)), strict=True)
    ]


def _dealt(judged: Sequence[OrderedVote], count: int) -> list[list[OrderedVote]]:
    """The votes on each of `count` opponents, whose pairs were judged in turn, in both orders."""
    in_both_orders = list(zip(judged[::2], judged[1::2], strict=True))
    return [
        [vote for votes in in_both_orders[number::count] for vote in votes]
        for number in range(count)
    ]


def _in_time(
    settings: CommentarySettings, data: Dataset, said: Mapping[str, Mapping[str, Said]]
) -> dict[str, Timing]:
    """How timely each candidate is, and how timely by chance; of whole games only."""
    if settings.suite != "inf-streams":
        return {}  # the reference of a clip has no times inside
    within_s = settings.within_s
    return {
        name: Timing(
            total(timeliness(task, tasks[task.name].lines, within_s) for task in data.tasks),
            total(by_chance(task, tasks[task.name].lines, within_s) for task in data.tasks),
        )
        for name, tasks in said.items()
    }
