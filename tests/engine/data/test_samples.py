"""The sample format: what is written reads back, what is malformed is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.samples import (
    QuestionAnswer,
    Sample,
    SampleFile,
    Word,
    read_samples,
    sample_to_json,
    seeks_path,
    write_samples,
)
from engine.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

times = st.floats(0, 1e5, allow_nan=False)
texts = st.text(max_size=12)
marks = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)
words = st.builds(lambda at, length, word: Word(at, at + length, word), times, times, marks)
questions = st.builds(QuestionAnswer, st.none() | times, times, marks, marks)
samples = st.builds(
    lambda video, start, length, text, previous, spoken, asked: Sample(
        video, start, start + length + 1, text, previous, tuple(spoken), tuple(asked)
    ),
    *(marks, times, times, texts, texts),
    st.lists(words, max_size=4),
    st.lists(questions, max_size=2),
)
SAMPLE = Sample("game.mp4", 12.0, 14.0, "Comment.", "Reds.", (Word(12.1, 12.9, "Goal!"),))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(samples, max_size=5))
def test_written_samples_read_back_in_order_and_by_index(
    tmp_path: Path, written: list[Sample]
) -> None:
    path = tmp_path / "train_with_seeks.jsonl"
    assert write_samples(path, written) == len(written)
    assert list(read_samples(path)) == written
    by_offset, by_scan = SampleFile(path), SampleFile(path, on_malformed="skip")
    assert [by_offset[index] for index in range(len(by_offset))] == written
    assert [by_scan[index] for index in range(len(by_scan))] == written
    assert seeks_path(path).name == "train_seeks.jsonl"


MALFORMED = [
    ("{", "not JSON"),
    (json.dumps(sample_to_json(SAMPLE)[:1]), "2 messages"),
    (json.dumps([{"role": "assistant", "content": []}]), "user"),
    (json.dumps(sample_to_json(SAMPLE)).replace("14.0", "12.0"), "video_end"),
    (json.dumps(sample_to_json(SAMPLE)).replace("12.9", "NaN"), "finite"),
    (json.dumps(sample_to_json(SAMPLE)).replace('"Goal!"', "7"), "word"),
    (json.dumps(sample_to_json(SAMPLE)).replace('"game.mp4"', "null"), "video"),
    (json.dumps(sample_to_json(SAMPLE)).replace("12.9", "9" * 400), "finite"),
    (json.dumps(sample_to_json(SAMPLE)).replace("Goal!", r"\ud800"), "half a character"),
    (json.dumps(sample_to_json(SAMPLE)).replace("Comment.", r"\ud800"), "half a character"),
    (json.dumps(sample_to_json(SAMPLE)).replace("12.0", "-1"), "video_start"),
    ("[" * 100_000, "nested"),
    ("42", "must be a list"),
    ("[]", "2 messages"),
    ("[0, 123]", "message"),
]


@pytest.mark.parametrize(("line", "reason"), MALFORMED)
def test_malformed_line_is_named_by_file_and_number(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "bad.jsonl"
    good = json.dumps(sample_to_json(SAMPLE))
    path.write_text(f"{good}\n\n{line}\n{good}\n[0, 123]\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"bad\.jsonl, line 3: .*{reason}"):
        list(read_samples(path))
    reported: list[DataError] = []
    assert list(read_samples(path, "skip", reported.append)) == [SAMPLE, SAMPLE]
    assert len(reported) == 1
    skipping = SampleFile(path, "skip")
    assert [skipping[0], skipping[1]] == [SAMPLE, SAMPLE]


def test_malformed_line_behind_an_offset_is_named_too(tmp_path: Path) -> None:
    path = tmp_path / "late.jsonl"
    write_samples(path, [SAMPLE, SAMPLE])
    path.write_bytes(path.read_bytes()[:-5])
    lazily = SampleFile(path)
    assert lazily[0] == SAMPLE
    with pytest.raises(DataError, match=r"late\.jsonl, line 2"):
        _ = lazily[1]


def test_nesting_of_any_depth_is_named(tmp_path: Path) -> None:
    """At some depths a value is parsed, but naming it overflows the stack."""
    path = tmp_path / "deep.jsonl"
    depths = range(600, 1000)
    path.write_text("".join("[" * depth + "]" * depth + "\n" for depth in depths))
    reported: list[DataError] = []
    assert list(read_samples(path, "skip", reported.append)) == []
    assert len(reported) == len(depths)


@pytest.mark.parametrize("line", ["42", "[]", "[[0]]", "[true]", "[0, 1.5]"])
def test_last_line_that_lists_no_offsets_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{json.dumps(sample_to_json(SAMPLE))}\n{line}", encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.jsonl, line 2: "):
        list(read_samples(path))


def test_offsets_that_miss_appended_lines_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "grown.jsonl"
    write_samples(path, [SAMPLE, SAMPLE])
    path.write_bytes(path.read_bytes() + path.read_bytes())
    assert len(SampleFile(path)) == len(list(read_samples(path))) == 4
    second = path.read_bytes().index(b"\n") + 1
    for stale in ([second, 2 * second, 3 * second], [0, second, 2 * second, 3 * second + 2], []):
        seeks_path(path).write_text(json.dumps(stale))
        assert [SampleFile(path)[index] for index in range(4)] == [SAMPLE] * 4


def test_offsets_before_a_last_line_of_offsets_are_used(tmp_path: Path) -> None:
    path = tmp_path / "public_with_seeks.jsonl"
    write_samples(path, [SAMPLE, SAMPLE])
    second = path.read_bytes().index(b"\n") + 1
    # Only a reader that trusts the offsets does not stumble over the line in the middle.
    path.write_bytes(b"{" + path.read_bytes()[1:] + f"[0, {second}]\n".encode())
    assert SampleFile(path)[1] == SAMPLE


def test_a_writer_that_dies_leaves_no_offsets_of_an_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clips.jsonl"
    write_samples(path, [SAMPLE, SAMPLE])
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: pytest.fail("killed"))
    with pytest.raises(pytest.fail.Exception, match="killed"):
        write_samples(path, [SAMPLE])
    assert not seeks_path(path).exists()
    assert len(SampleFile(path)) == 2


@pytest.mark.parametrize("offsets", ["{", "[1e9]", "[100000]", '["0"]'])
def test_offsets_file_that_does_not_fit_is_refused(tmp_path: Path, offsets: str) -> None:
    path = tmp_path / "clips.jsonl"
    write_samples(path, [SAMPLE])
    seeks_path(path).write_text(offsets)
    with pytest.raises(DataError, match=r"clips_seeks\.jsonl"):
        SampleFile(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.jsonl"):
        SampleFile(tmp_path / "nowhere.jsonl")
