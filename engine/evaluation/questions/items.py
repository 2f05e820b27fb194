"""A question about a video, as all suites have it, and what was wrong with the others."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from engine.data.frames import video_duration_s
from engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Form = Literal["letter", "yes_no", "count"]
LETTERS = "ABCDEFGHIJ"
_LATE_S = 1.0  # containers round their length


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        id: Unique in its suite.
        group, task: Under which it counts.
        video: File that it is about.
        start_s, ask_s: Stretch of the video that may be seen before it is asked.
        text: All that is asked, the options and how to answer included.
        form: What an answer looks like.
        num_options: Letters to choose from; 0 for other forms.
        answer: The right one: a letter, "yes" or "no", or a whole number.
    """

    id: str
    group: str
    task: str
    video: Path
    start_s: float
    ask_s: float
    text: str
    form: Form
    num_options: int
    answer: str

    def as_json(self) -> dict[str, Any]:
        """As plain values, without where the file happens to lie."""
        return {**asdict(self), "video": self.video.name}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the data.

    Attributes:
        where: File and place, or the question's id.
        what: In words.
        left_out: The question is not asked; otherwise it was mended as the words say.
    """

    where: str
    what: str
    left_out: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as its file has it, before anything about it was checked.

    Attributes:
        videos: Places where the video may lie; the first that exists is taken.
        ask_s: None: at the end of the video.
    """

    id: str
    group: str
    task: str
    videos: tuple[Path, ...]
    text: str
    form: Form
    answer: str
    num_options: int = 0
    start_s: float = 0.0
    ask_s: float | None = None


@dataclass(slots=True)
class Collector:
    """Takes drafts in, and sorts them into questions and faults.

    Attributes:
        files: Annotation files that were read.
    """

    questions: list[Question] = field(default_factory=list[Question])
    faults: list[Fault] = field(default_factory=list[Fault])
    files: list[Path] = field(default_factory=list["Path"])
    _ids: set[str] = field(default_factory=set[str])

    def reject(self, where: str, what: str) -> None:
        """List something that cannot be asked."""
        self.faults.append(Fault(where, what))

    def add(self, draft: Draft) -> None:
        """Check a draft; a question that cannot be asked is listed with its reason."""
        if draft.id in self._ids:
            self.reject(draft.id, "another question has this id")
            return
        self._ids.add(draft.id)
        try:
            self.questions.append(self._checked(draft))
        except DataError as error:
            self.reject(draft.id, str(error))

    def _checked(self, draft: Draft) -> Question:
        video = next((path for path in draft.videos if path.is_file()), None)
        if video is None:
            raise DataError(f"there is no video {draft.videos[0]}")
        length_s = _length_s(video)
        ask_s = length_s if draft.ask_s is None else draft.ask_s
        if ask_s > length_s:
            if ask_s > length_s + _LATE_S:
                what = f"asked at {ask_s:g} s, the video ends at {length_s:g} s; asked there"
                self.faults.append(Fault(draft.id, what, left_out=False))
            ask_s = length_s
        if not 0 <= draft.start_s < ask_s:
            raise DataError(f"its stretch ends at {ask_s:g} s, it begins at {draft.start_s:g} s")
        _require_answer(draft)
        return Question(
            draft.id,
            draft.group,
            draft.task,
            video,
            draft.start_s,
            ask_s,
            draft.text,
            draft.form,
            draft.num_options,
            draft.answer,
        )


def choice(draft: Draft, question: str, options: Sequence[str], right: int | None) -> Draft:
    """A draft of multiple choice: its text and its answer.

    Raises:
        DataError: There is no right option, or there are too many or too few.
    """
    if not 2 <= len(options) <= len(LETTERS):  # noqa: PLR2004  (fewer is no choice)
        raise DataError(f"it has {len(options)} options")
    if right is None or not 0 <= right < len(options):
        raise DataError(f"its answer, option {right}, is none of its {len(options)} options")
    listed = "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=False))
    text = f"{question}\n{listed}\nAnswer with the letter of the right option and nothing else."
    return replace(draft, text=text, form="letter", answer=LETTERS[right], num_options=len(options))


def _require_answer(draft: Draft) -> None:
    """Make sure that a right answer can be given at all."""
    fits = {
        "letter": draft.answer in LETTERS[: draft.num_options] and len(draft.answer) == 1,
        "yes_no": draft.answer in {"yes", "no"},
        "count": draft.answer.isdecimal(),
    }[draft.form]
    if not fits:
        raise DataError(f"its answer {draft.answer!r} is out of range")


@cache
def _length_s(video: Path) -> float:
    return video_duration_s(video)
