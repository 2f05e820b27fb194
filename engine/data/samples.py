"""The paper's sample format: one training clip per line of JSON, with a file of byte offsets.

A line holds one conversation: a user message with the clip of video and the text of the request,
and an assistant message with the timed words. Beside `NAME.jsonl` lies `NAME_seeks.jsonl`, a JSON
list of the byte offset of each line, so that a line of a large file can be read alone.

Source: StreamingVLM (arXiv:2510.09608), its public data sets; field names are theirs.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

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
) -> Iterator[Sample]:
    """Yield the samples of a file in order.

    Args:
        path: The JSONL file; blank lines and a last line of byte offsets are no samples.
        on_malformed: Whether a malformed line ends the reading or is left out.
        report: Called with the error of each line left out.

    Raises:
        DataError: The file cannot be read, or a line is malformed and fatal; names file and line.
    """
    for _, sample in _scan(path, on_malformed, report):
        yield sample


def write_samples(path: Path, samples: Iterable[Sample]) -> int:
    """Write samples and their offsets file; return how many there are.

    Both files appear whole or not at all: they are written beside their place and moved there.
    """
    offsets: list[int] = []
    position = 0
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        for sample in samples:
            offsets.append(position)
            position += file.write(_encode(sample_to_json(sample)))
    seeks = seeks_path(path)
    partial_seeks = seeks.with_name(seeks.name + ".partial")
    partial_seeks.write_bytes(_encode(offsets))
    partial.replace(path)
    partial_seeks.replace(seeks)
    return len(offsets)


class SampleFile:
    """Random access to the samples of a file, by index.

    With an offsets file beside it and `on_malformed="fail"` nothing is read in advance and a
    malformed line raises when it is asked for. Otherwise the whole file is checked once here, and
    malformed lines fail or, if they may be skipped, are reported and have no index.

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
        if on_malformed == "fail" and seeks_path(path).is_file():
            self._offsets = _read_offsets(path)
        else:
            self._offsets = [offset for offset, _ in _scan(path, on_malformed, report)]

    def __len__(self) -> int:
        return len(self._offsets)

    def __getitem__(self, index: int) -> Sample:
        offset = self._offsets[index]
        with _open(self.path) as file:
            file.seek(offset)
            line = file.readline()
        try:
            return _parse(line)
        except DataError as error:
            number = _line_number(self.path, offset)
            raise DataError(f"{self.path}, line {number}: {error}") from error


def _scan(
    path: Path, on_malformed: OnMalformed, report: Callable[[DataError], None] | None
) -> Iterator[tuple[int, Sample]]:
    """Yield byte offset and sample of each sound line."""
    offset = 0
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            begin, offset = offset, offset + len(line)
            if not line.strip() or _is_offsets_line(line):
                continue
            try:
                sample = _parse(line)
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


def _read_offsets(path: Path) -> list[int]:
    """Read the offsets file of `path` and check that it can belong to it."""
    seeks = seeks_path(path)
    size = _size(path)
    try:
        offsets = json.loads(seeks.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"{seeks} is not a JSON list of byte offsets; delete it") from error
    if not _is_offsets(offsets) or any(not 0 <= offset < size for offset in offsets):
        raise DataError(f"{seeks} does not fit {path}; delete it or write it anew")
    return cast("list[int]", offsets)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise DataError(f"cannot read the sample file {path}: {error.strerror}") from error


def _line_number(path: Path, offset: int) -> int:
    """Number of the line, from 1, that begins at a byte offset."""
    with _open(path) as file:
        return file.read(offset).count(b"\n") + 1


def _is_offsets_line(line: bytes) -> bool:
    """Whether a line is the list of byte offsets some public files end with."""
    return line.strip(b"[]0123456789, \r\n") == b""


def _is_offsets(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(offset, int) for offset in cast("list[object]", value)
    )


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _parse(line: bytes) -> Sample:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise DataError(f"not JSON ({error})") from error
    return sample_from_json(value)


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
    value = fields.get(key)
    if not isinstance(value, str):
        raise DataError(f"{key} must be a text, it is {value!r:.60}")
    return value


def _number(fields: dict[str, object], key: str) -> float:
    return _finite(fields.get(key), key)


def _finite(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise DataError(f"{what} must be a finite number, it is {value!r:.60}")
    return float(value)


def _fields(item: object, count: int, what: str) -> list[object]:
    if not isinstance(item, list) or len(cast("list[object]", item)) != count:
        raise DataError(f"each {what} must be a list of {count}, one is {item!r:.60}")
    return cast("list[object]", item)


def _word(item: object) -> Word:
    start, end, word = _fields(item, 3, "word of text_stream")
    if not isinstance(word, str) or not word.strip():
        raise DataError(f"a word of text_stream must be a text that is not blank, it is {word!r}")
    times = _finite(start, "a word's start"), _finite(end, "a word's end")
    if times[1] < times[0]:
        raise DataError(f"the word {word!r} ends at {times[1]:g}, before it starts")
    return Word(*times, word.strip())


def _question(item: object) -> QuestionAnswer:
    start, asked, question, answer = _fields(item, 4, "entry of qa_stream")
    if not isinstance(question, str) or not isinstance(answer, str):
        raise DataError(f"question and answer of qa_stream must be texts, one is {item!r:.60}")
    start_s = None if start is None else _finite(start, "a question's start")
    return QuestionAnswer(
        start_s, _finite(asked, "a question's time"), question.strip(), answer.strip()
    )
