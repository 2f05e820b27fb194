"""The blind comparison: which stretches, in which order, and the votes on them.

Votes are appended to a file as they are cast, so that a person can stop at any time. The order in
which the two are shown is drawn for each stretch and written down only with its vote.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from engine.errors import DataError
from engine.evaluation.commentary.precomputed import read_precomputed
from engine.evaluation.commentary.tasks import Line, TimedWords, cut
from engine.evaluation.provenance import digest_of
from engine.evaluation.statistics import Outcome, Vote, WinRate, win_rate
from engine.json_lines import append_line, cut_incomplete_line

if TYPE_CHECKING:
    from collections.abc import Sequence

Choice = Literal["first", "second", "tie"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the video with both commentaries, in the order in which they are shown.

    Attributes:
        key: Of its vote.
        shown: The two texts.
        swapped: The commentary of B is shown first.
    """

    key: str
    start_s: float
    end_s: float
    shown: tuple[str, str]
    swapped: bool


@dataclass(frozen=True, slots=True)
class CastVote:
    """What a person said to a stretch; `outcome` is commentary A's."""

    key: str
    start_s: float
    end_s: float
    swapped: bool
    outcome: Outcome


def stretches_of(a: Sequence[Line], b: Sequence[Line], length_s: float, seed: int) -> list[Stretch]:
    """The parts of the video in which either says something and they differ."""
    if not a or not b:
        raise DataError("one of the two says nothing at all: there is nothing to compare")
    start_s = max(0.0, min(a[0].start_s, b[0].start_s))
    end_s = max(line.end_s for line in (*a, *b))
    ours, theirs = TimedWords(a), TimedWords(b)
    stretches: list[Stretch] = []
    for begin, end in cut(start_s, end_s, length_s):
        texts = " ".join(ours.between(begin, end)), " ".join(theirs.between(begin, end))
        if texts[0] != texts[1]:
            key = digest_of([begin, end, *texts])
            swapped = random.Random(f"{seed} {key}").random() < 0.5  # noqa: PLR2004  (a coin)
            shown = (texts[1], texts[0]) if swapped else texts
            stretches.append(Stretch(key, begin, end, shown, swapped))
    return stretches


def lines_for(path: Path, video: Path) -> list[Line]:
    """What a file says about a video, by the video's name with or without its suffix.

    Raises:
        DataError: The file says nothing about it.
    """
    written = read_precomputed(path)
    for told, lines in written.items():
        if Path(told).name in {video.name, video.stem}:  # data sets name folders, too
            return lines
    known = ", ".join(list(written)[:3]) or "no video"
    raise DataError(f"{path} says nothing about {video.name!r}; it has {known}")


class VoteFile:
    """Votes by stretch; what is cast is on the disk at once.

    Raises:
        DataError: The file cannot be used, or a line of it is damaged.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._votes = _load(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")
        except OSError as error:
            raise DataError(f"cannot write the votes {path}: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __contains__(self, stretch: Stretch) -> bool:
        return stretch.key in self._votes

    def cast(self, stretch: Stretch, choice: Choice) -> None:
        """Keep a person's choice between what was shown first and second."""
        vote = CastVote(
            stretch.key,
            stretch.start_s,
            stretch.end_s,
            stretch.swapped,
            outcome_of(choice, swapped=stretch.swapped),
        )
        append_line(self._file, json.dumps(asdict(vote)).encode())
        self._votes[vote.key] = vote

    def result(self, stretches: Sequence[Stretch], seed: int) -> WinRate:
        """The win rate of commentary A on these stretches, each of which is drawn by itself."""
        votes = [self._votes[item.key] for item in stretches if item in self]
        return win_rate([Vote(vote.key, vote.outcome) for vote in votes], seed=seed)


def outcome_of(choice: Choice, *, swapped: bool) -> Outcome:
    """What a choice means for commentary A."""
    if choice == "tie":
        return "tie"
    return "win" if (choice == "first") != swapped else "loss"


def _load(path: Path) -> dict[str, CastVote]:
    if not path.exists():
        return {}
    cut_incomplete_line(path)
    votes: dict[str, CastVote] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            vote = CastVote(**cast("dict[str, object]", json.loads(line)))  # pyright: ignore[reportArgumentType]
        except (TypeError, ValueError) as error:
            raise DataError(f"{path}, line {number}: no vote; remove the line") from error
        votes[vote.key] = vote
    return votes
