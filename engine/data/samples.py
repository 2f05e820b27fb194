"""The paper's sample format: one training clip per line of JSON, with a file of byte offsets.

A line holds one conversation: a user message with the clip of video and the text of the request,
and an assistant message with the timed words. Beside `NAME.jsonl` lies `NAME_seeks.jsonl`, a JSON
list of the byte offset of each line, so that a line of a large file can be read alone.

Source: StreamingVLM (arXiv:2510.09608), its public data sets; field names are theirs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeGuard, cast

from engine.data.values import finite_number, parsed_json, writable_text
from engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import BufferedReader
    from pathlib import Path

OnMalformed = Literal["fail", "skip"]


class Word(NamedTuple):
    """One spoken word; seconds of the video."""

    start_s: float
    end_s: float
    word: str


class QuestionAnswer(NamedTuple):
    """A question and its answer; `asked_s` is the second of the video it belongs to."""

    start_s: float | None
    asked_s: float
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One training clip.

    Attributes:
        video: Path of the video, as written in the file.
        video_start: Begin of the clip, seconds of the video.
        video_end: End of the clip, seconds of the video.
        text: The request, the instruction that the model is to follow.
        previous: What was said before the clip, the introduction included.
        text_stream: Words with their times, in seconds of the video.
        qa_stream: Questions with their answers.
    """

    video: str
    video_start: float
    video_end: float
    text: str = ""
    previous: str = ""
    text_stream: tuple[Word, ...] = ()
    qa_stream: tuple[QuestionAnswer, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the clip."""
        return self.video_end - self.video_start


def seeks_path(path: Path) -> Path:
    """Where the byte offsets of the samples in `path` lie.

    The public data sets call the pair `X_with_seeks.jsonl` and `X_seeks.jsonl`.
    """
    return path.with_name(f"{path.stem.removesuffix('_with_seeks')}_seeks.jsonl")


def sample_from_json(value: object) -> Sample:
    """Check one parsed line and turn it into a sample.

    Raises:
        DataError: A part is missing or has the wrong type; the message says which.
    """
    user, assistant = _messages(value)
    video = _part_with(user, "video")
    request = _part_with(user, "text")
    commentary = _part_with(assistant, "text_stream")
    start, end = _number(video, "video_start"), _number(video, "video_end")
    if start < 0:
        raise DataError(f"video_start must be 0 or more, it is {start:g}")
    if end <= start:
        raise DataError(f"video_end {end:g} must lie after video_start {start:g}")
    return Sample(
        video=_string(video, "video"),
        video_start=start,
        video_end=end,
        text=_string(request, "text"),
        previous=_string(request, "previous") if "previous" in request else "",
        text_stream=tuple(_word(item) for item in _list(commentary, "text_stream")),
        qa_stream=tuple(_question(item) for item in _list(commentary, "qa_stream", optional=True)),
    )


def sample_to_json(sample: Sample) -> list[dict[str, object]]:
    """The conversation that one line of the format holds."""
    commentary: dict[str, object] = {
        "type": "text_stream",
        "text_stream": [list(word) for word in sample.text_stream],
    }
    if sample.qa_stream:
        commentary["qa_stream"] = [list(item) for item in sample.qa_stream]
    video = {
        "type": "video",
        "video": sample.video,
        "video_start": sample.video_start,
        "video_end": sample.video_end,
    }
    request = {"type": "text", "text": sample.text, "previous": sample.previous}
    return [
        {"role": "user", "content": [video, request]},
        {"role": "assistant", "content": [commentary]},
    ]


def read_samples(
    path: Path,
    on_malformed: OnMalformed = "fail",
    report: Callable[[DataError], None] | None = None,
    check: Callable[[Sample], None] | None = None,
) -> Iterator[Sample]:
    """Yield the samples of a file in order.

    Args:
        path: The JSONL file; blank lines and a last line of byte offsets are no samples.
        on_malformed: Whether a malformed line ends the reading or is left out.
        report: Called with the error of each line left out.
        check: Says with a DataError what else makes a sample's line malformed.

    Raises:
        DataError: The file cannot be read, or a line is malformed and fatal; names file and line.
    """
    for _, sample in _scan(path, on_malformed, report, check):
        yield sample


def write_samples(path: Path, samples: Iterable[Sample]) -> int:
    """Write samples and their offsets file; return how many there are.

    Each file is written beside its place and moved there whole, the offsets last: whoever ends
    this in between leaves samples without offsets, never with those of an earlier file.

    Raises:
        DataError: A file cannot be written.
    """
    seeks = seeks_path(path)
    partial, partial_seeks = (file.with_name(file.name + ".partial") for file in (path, seeks))
    try:
        offsets = _write_lines(partial, samples)
        partial_seeks.write_bytes(_encode(offsets))
        seeks.unlink(missing_ok=True)
        partial.replace(path)
        partial_seeks.replace(seeks)
    except OSError as error:
        raise DataError(f"cannot write {error.filename or path}: {error.strerror}") from error
    return len(offsets)


def _write_lines(path: Path, samples: Iterable[Sample]) -> list[int]:
    """Write a line for each sample; gives where each begins."""
    offsets: list[int] = []
    position = 0
    with path.open("wb") as file:
        for sample in samples:
            offsets.append(position)
            position += file.write(_encode(sample_to_json(sample)))
    return offsets


class SampleFile:
    """Random access to the samples of a file, by index.

    With an offsets file that fits and `on_malformed="fail"` the samples are not read in advance
    and a malformed line raises when it is asked for. Otherwise, also when lines were appended since
    the offsets were written, the whole file is checked once here, and malformed lines fail or, if
    they may be skipped, are reported and have no index.

    Raises:
        DataError: A file cannot be read, or a line is malformed and fatal; names file and line.
    """

    def __init__(
        self,
        path: Path,
        on_malformed: OnMalformed = "fail",
        report: Callable[[DataError], None] | None = None,
    ) -> None:
        self.path = path
        offsets = None
        if on_malformed == "fail" and seeks_path(path).is_file():
            offsets = read_offsets(path)
        if offsets is None or not _reach_the_end(path, offsets):
            offsets = [offset for offset, _ in _scan(path, on_malformed, report)]
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets)

    def __getitem__(self, index: int) -> Sample:
        return sample_at(self.path, self._offsets[index])


def sample_at(path: Path, offset: int) -> Sample:
    """The sample whose line begins at a byte offset.

    Raises:
        DataError: The file cannot be read, or the line is malformed; names file and line.
    """
    with _open(path) as file:
        file.seek(offset)
        line = file.readline()
    try:
        return _parse(line)
    except DataError as error:
        number = _line_number(path, offset)
        raise DataError(f"{path}, line {number}: {error}") from error


def read_offsets(path: Path) -> list[int]:
    """Read the offsets file of `path`; lines appended to `path` since then are not in it.

    Raises:
        DataError: A file cannot be read, or an offset lies outside of `path`.
    """
    seeks = seeks_path(path)
    size = _size(path)
    try:
        offsets = parsed_json(seeks.read_bytes())
    except (OSError, DataError) as error:
        raise DataError(f"{seeks} is not a JSON list of byte offsets; delete it") from error
    if not _is_offsets(offsets) or any(not 0 <= offset < size for offset in offsets):
        raise DataError(f"{seeks} does not fit {path}; delete it or write it anew")
    return offsets


def _scan(
    path: Path,
    on_malformed: OnMalformed,
    report: Callable[[DataError], None] | None,
    check: Callable[[Sample], None] | None = None,
) -> Iterator[tuple[int, Sample]]:
    """Yield byte offset and sample of each sound line."""
    offset = 0
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            begin, offset = offset, offset + len(line)
            if not line.strip() or _is_offsets_line(line, file):
                continue
            try:
                sample = _parse(line)
                if check is not None:
                    check(sample)
            except DataError as error:
                located = DataError(f"{path}, line {number}: {error}")
                if on_malformed == "fail":
                    raise located from error
                if report is not None:
                    report(located)
                continue
            yield begin, sample


def _open(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(f"cannot read the sample file {path}: {error.strerror}") from error


def _reach_the_end(path: Path, offsets: list[int]) -> bool:
    """Whether offsets lead from the first line of a file to its last sample."""
    if not offsets:
        return _size(path) == 0
    first, last = offsets[0], offsets[-1]
    with _open(path) as file:
        file.seek(max(0, last - 1))
        begins_line = last == 0 or file.read(1) == b"\n"
        file.readline()
        following = file.readline()
        ends_file = not following or _is_offsets_line(following, file)
    return first == 0 and begins_line and ends_file


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise DataError(f"cannot read the sample file {path}: {error.strerror}") from error


def _line_number(path: Path, offset: int) -> int:
    """Number of the line, from 1, that begins at a byte offset."""
    with _open(path) as file:
        return file.read(offset).count(b"\n") + 1


def _is_offsets_line(line: bytes, file: BufferedReader) -> bool:
    """Whether a line is the list of byte offsets some public files end with.

    Args:
        line: The line.
        file: The file it was just read from; only its last line can be that list.
    """
    if file.peek(1):
        return False
    try:
        value = parsed_json(line)
    except DataError:
        return False
    return _is_offsets(value) and bool(value)


def _is_offsets(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        type(offset) is int for offset in cast("list[object]", value)
    )


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _parse(line: bytes) -> Sample:
    value = parsed_json(line)
    try:
        return sample_from_json(value)
    except RecursionError as error:  # naming a deeply nested value needs more stack than parsing it
        raise DataError("a value is nested too deeply") from error


def _messages(value: object) -> tuple[list[object], list[object]]:
    """Contents of the user's and the assistant's message."""
    if not isinstance(value, list):
        raise DataError("a sample must be a list of a user and an assistant message")
    contents: list[list[object]] = []
    messages = cast("list[object]", value)
    for role, message in zip(("user", "assistant"), messages, strict=False):
        fields = _dict(message, f"the {role} message")
        if fields.get("role") != role:
            raise DataError(f"expected a message of the {role}, its role is {fields.get('role')!r}")
        contents.append(_list(fields, "content"))
    if len(messages) != len(("user", "assistant")):
        raise DataError(f"a sample must hold 2 messages, it holds {len(messages)}")
    return contents[0], contents[1]


def _part_with(content: list[object], key: str) -> dict[str, object]:
    for item in content:
        part = _dict(item, "a content part")
        if key in part:
            return part
    raise DataError(f"no content part has {key!r}")


def _dict(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DataError(f"{what} must be an object, it is {value!r:.60}")
    return cast("dict[str, object]", value)


def _list(fields: dict[str, object], key: str, *, optional: bool = False) -> list[object]:
    value = fields.get(key, [] if optional else None)
    if not isinstance(value, list):
        raise DataError(f"{key} must be a list, it is {value!r:.60}")
    return cast("list[object]", value)


def _string(fields: dict[str, object], key: str) -> str:
    return writable_text(fields.get(key), key)


def _number(fields: dict[str, object], key: str) -> float:
    return finite_number(fields.get(key), key)


def _fields(item: object, count: int, what: str) -> list[object]:
    if not isinstance(item, list) or len(cast("list[object]", item)) != count:
        raise DataError(f"each {what} must be a list of {count}, one is {item!r:.60}")
    return cast("list[object]", item)


def _word(item: object) -> Word:
    start, end, spoken = _fields(item, 3, "word of text_stream")
    word = writable_text(spoken, "a word of text_stream").strip()
    if not word:
        raise DataError(f"a word of text_stream must not be blank, it is {spoken!r:.60}")
    times = finite_number(start, "a word's start"), finite_number(end, "a word's end")
    if times[1] < times[0]:
        raise DataError(f"the word {word!r} ends at {times[1]:g}, before it starts")
    return Word(*times, word)


def _question(item: object) -> QuestionAnswer:
    start, asked, question, answer = _fields(item, 4, "entry of qa_stream")
    return QuestionAnswer(
        None if start is None else finite_number(start, "a question's start"),
        finite_number(asked, "a question's time"),
        writable_text(question, "a question of qa_stream").strip(),
        writable_text(answer, "an answer of qa_stream").strip(),
    )
