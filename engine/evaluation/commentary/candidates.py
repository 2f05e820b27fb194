"""Who comments: our models under a setting, models behind an endpoint, words written before."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.config import SamplingConfig, StreamingConfig
from engine.errors import ConfigError
from engine.evaluation.journal import JOURNAL, JUDGE_JOURNALS
from engine.evaluation.provenance import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from engine.data.chat_client import ChatConfig
    from engine.evaluation.commentary.tasks import Task

CHUNK_S = 100.0
"""Of the paper's chunk mode."""

Before = Literal["people", "own", "nothing"]
"""What a stream or chunk is told was said before it: people's words, as in the published
evaluation of StreamingVLM; people's up to the task's begin and the candidate's own since; nothing,
as in the published evaluation of chunked baselines."""

Layout = Literal["streaming", "livecc"]
"""Where a model looks for what was said before and for the instruction: in turns of their own, or,
as LiveCC was trained, behind the first pictures."""

_TOLERANCE_S = 1e-6  # sums of decimal fractions of a second miss a border by less

LIVECC_INSTRUCTION = "Please describe the video."


@dataclass(frozen=True, slots=True)
class StreamCandidate:
    """One of our models under a setting.

    Attributes:
        name: For the report.
        model: "bundled", a folder, or a hub id.
        fingerprint: Of its files.
        config: What the stream keeps.
        chunk_s: How long a stream lasts before the next begins; None for one endless stream.
        instruction: How to comment; models that were not trained on commentary need it. "{title}"
            in it stands for the title that the data gives.
        before: What it is told was said before.
        layout: Where it is told.
        max_cache_bytes: Where a cache without bound ends; None: where memory ends.
    """

    name: str
    model: str
    fingerprint: str
    config: StreamingConfig = field(default_factory=StreamingConfig)
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    chunk_s: float | None = None
    instruction: str | None = None
    before: Before = "people"
    layout: Layout = "streaming"
    max_cache_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class EndpointCandidate:
    """A vision model behind an OpenAI-compatible endpoint; it is given the same frames, in chunks.

    Attributes:
        fps: Frames a second, as our models get them.
        max_side: Longest side of the pictures that are sent, pixels.
    """

    name: str
    chat: ChatConfig
    fps: float = 2.0
    chunk_s: float | None = CHUNK_S
    max_side: int = 512
    instruction: str | None = None
    before: Before = "people"


@dataclass(frozen=True, slots=True)
class FileCandidate:
    """Words that were written before."""

    name: str
    path: Path


Candidate = StreamCandidate | EndpointCandidate | FileCandidate
Speaking = StreamCandidate | EndpointCandidate


@dataclass(frozen=True, slots=True)
class Piece:
    """What a candidate is asked for at once: an endless stream's whole task, or one chunk of it.

    Attributes:
        previous: What was said before, as the candidate is told.
        seed: Of its sampling.
    """

    candidate: Speaking
    task: Task
    index: int
    start_s: float
    end_s: float
    previous: str
    seed: int

    @property
    def key(self) -> str:
        """Digest of everything that decides what is said."""
        task = self.task
        values = asdict(self.candidate)
        values.pop("name")
        if isinstance(self.candidate, StreamCandidate):
            values.pop("model")  # the fingerprint is what counts
        seen = [task.name, task.title, task.checksum, self.start_s, self.end_s]
        return digest_of([values, seen, self.previous, self.seed])

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.candidate.name}, {self.task.name}, from {self.start_s:g} s"

    @property
    def seconds(self) -> int:
        """Whole seconds of video."""
        return whole_seconds(self.start_s, self.end_s)

    @property
    def instruction(self) -> str | None:
        """The candidate's, with the title of what it sees."""
        told = self.candidate.instruction
        return None if told is None else told.replace("{title}", self.task.title)


def whole_seconds(start_s: float, end_s: float) -> int:
    """How many full seconds a stretch has."""
    return int(end_s - start_s + _TOLERANCE_S)


def check_names(candidates: list[Candidate]) -> None:
    """Refuse candidates that a report could not tell apart.

    Raises:
        ConfigError: Two have the same name, or there is none.
    """
    names = [candidate.name for candidate in candidates]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"two candidates are called {', '.join(twice)}; give them other names")
    if not names:
        raise ConfigError("give at least one candidate: --model, --api or --precomputed")


def words_file(candidate: Speaking, folder: Path) -> Path:
    """Where the words of a candidate are written."""
    name = re.sub(r"[^\w.-]+", "_", candidate.name).strip("._") or "candidate"
    return folder / f"{name}.jsonl"


def check_files(candidates: Sequence[Candidate], folder: Path, data: Iterable[Path]) -> None:
    """Refuse candidates whose words would be written over others, a journal, or what is read.

    Raises:
        ConfigError: One would.
    """
    read = (candidate.path for candidate in candidates if isinstance(candidate, FileCandidate))
    taken = {_same(path) for path in (*data, *read, folder / JOURNAL)}
    for candidate in candidates:
        if isinstance(candidate, FileCandidate):
            continue
        path = words_file(candidate, folder)
        if _same(path) in taken or path.name.startswith(JUDGE_JOURNALS):
            raise ConfigError(
                f"the words of {candidate.name!r} would be written over {path}; give the candidate "
                "another name, or choose another folder with --out"
            )
        taken.add(_same(path))


def _same(path: Path) -> str:
    """What is equal for two names of one file, also where upper and lower case are the same."""
    return str(path.resolve()).casefold()
