"""Has every candidate comment on every task, and keeps each finished piece on the disk."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.evaluation.commentary.candidates import FileCandidate, Piece, whole_seconds
from engine.evaluation.commentary.precomputed import read_precomputed
from engine.evaluation.commentary.speakers import Worker, speech_from_json, speech_to_json
from engine.evaluation.commentary.tasks import Line, joined
from engine.evaluation.pool import work_through
from engine.evaluation.provenance import Origin, digest_of
from engine.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evaluation.commentary.candidates import Candidate, Speaking
    from engine.evaluation.commentary.speakers import Speech
    from engine.evaluation.commentary.tasks import Task
    from engine.evaluation.journal import WorkJournal
    from engine.evaluation.pool import PoolSettings

_SEED_DIGITS = 8  # of a hexadecimal digest: 32 bits


@dataclass(slots=True)
class Said:
    """What one candidate said to one task, as far as it is.

    Attributes:
        is_complete: Nothing of it is missing.
        wall_s: How long it took.
        runs: The journal's entries, for where they come from.
    """

    lines: list[Line] = field(default_factory=list[Line])
    is_complete: bool = False
    num_pieces: int = 0
    wall_s: float = 0.0
    runs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


class Generation:
    """All that candidates say to tasks; what the journal holds is not asked for again.

    Args:
        candidates: Who speaks.
        tasks: About what.
        journal: Where finished pieces are.
        seed: From which the seed of each piece follows.
        origin: Of what is spoken now.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        tasks: Sequence[Task],
        journal: WorkJournal,
        seed: int,
        origin: Origin,
    ) -> None:
        self._tasks = tasks
        self._journal = journal
        self._seed = seed
        self._origin = origin
        self.said: dict[tuple[str, str], Said] = {}
        for candidate in candidates:
            if isinstance(candidate, FileCandidate):
                self._take(candidate)

    def missing(self, candidates: Sequence[Candidate]) -> list[Piece]:
        """The first missing piece of each candidate on each task."""
        speaking = [item for item in candidates if not isinstance(item, FileCandidate)]
        found = [self._next(candidate, task) for candidate in speaking for task in self._tasks]
        return [piece for piece in found if piece is not None]

    def run(self, pieces: Sequence[Piece], settings: PoolSettings) -> None:
        """Have the missing pieces spoken, and those that follow them.

        Raises:
            EngineError: A piece fails; all that was finished is kept.
        """
        progress = Progress(sum(map(seconds_left, pieces)), unit="s of video")

        def done(piece: Piece, speech: Speech) -> Piece | None:
            entry = {**speech_to_json(speech), "origin": asdict(self._origin)}
            self._journal.add(piece.key, {"piece": piece.label, **entry})
            following = self._next(piece.candidate, piece.task)
            if not settings.is_here:
                progress.advance(piece.label, piece.seconds)
            return following

        hire = partial(Worker, on_progress=progress.advance) if settings.is_here else Worker
        try:
            work_through(pieces, settings, hire, done)
        finally:
            progress.close()

    def _take(self, candidate: FileCandidate) -> None:
        """Words that were written before."""
        written = read_precomputed(candidate.path)
        for task in self._tasks:
            lines = written.get(task.name)
            if lines is None:
                raise DataError(f"{candidate.path} says nothing about {task.name!r}")
            self.said[candidate.name, task.name] = Said(within(task, lines), is_complete=True)

    def _next(self, candidate: Speaking, task: Task) -> Piece | None:
        """Gather what the journal has; gives the piece that it does not have."""
        said = Said()
        self.said[candidate.name, task.name] = said
        for index, (start_s, end_s) in enumerate(ranges_of(candidate, task)):
            previous = _before(candidate, task, said, start_s)
            seed = int(digest_of([self._seed, task.name, index])[:_SEED_DIGITS], 16)
            piece = Piece(candidate, task, index, start_s, end_s, previous, seed)
            entry = self._journal.find(piece.key)
            if entry is None:
                return piece
            speech = speech_from_json(entry)
            said.lines.extend(speech.lines)
            said.wall_s += speech.wall_s
            said.runs.append(dict(entry))
        said.is_complete = True
        return None


def _before(candidate: Speaking, task: Task, said: Said, start_s: float) -> str:
    """What a piece is told was said before it."""
    if candidate.before == "nothing":
        return ""
    if candidate.before == "own":
        since = said.lines
    else:
        since = [line for line in task.reference if line.end_s <= start_s]
    return f"{task.previous} {joined(since)}".strip()


def within(task: Task, lines: Sequence[Line]) -> list[Line]:
    """The lines that fall into a task's stretch; words without times fill it."""
    return [
        line if line.end_s > 0 else Line(task.start_s, task.end_s, line.text)
        for line in lines
        if line.end_s <= 0 or (line.end_s > task.start_s and line.start_s < task.end_s)
    ]


def ranges_of(candidate: Speaking, task: Task) -> list[tuple[float, float]]:
    """The pieces that a candidate takes a task in; nothing shorter than a second."""
    length_s = candidate.chunk_s
    if length_s is None:
        return [(task.start_s, task.end_s)]
    count = max(1, math.ceil((task.end_s - task.start_s - 1) / length_s))
    starts = [task.start_s + index * length_s for index in range(count)]
    return [(start, min(start + length_s, task.end_s)) for start in starts]


def pieces_left(piece: Piece) -> int:
    """How many pieces a task still needs, from this one on."""
    return len(ranges_of(piece.candidate, piece.task)) - piece.index


def seconds_left(piece: Piece) -> int:
    """How many seconds of video those pieces have."""
    left = ranges_of(piece.candidate, piece.task)[piece.index :]
    return sum(whole_seconds(start_s, end_s) for start_s, end_s in left)
