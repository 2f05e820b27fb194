"""What is read, what is left out and why, and how words belong to segments."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.evaluation.commentary.datasets import read_events, read_games
from engine.evaluation.commentary.precomputed import read_precomputed, write_precomputed
from engine.evaluation.commentary.speakers import read_lines
from engine.evaluation.commentary.tasks import Line, Task, TimedWords, cut, segments_of
from engine.evaluation.commentary.timeliness import by_chance, sentences, timeliness

lines_strategy = st.lists(
    st.builds(
        lambda start, length, words: Line(start, start + length, " ".join(["word"] * words)),
        st.integers(0, 300).map(float),
        st.integers(0, 20).map(float),
        st.integers(1, 12),
    ),
    max_size=20,
)


def write(folder: Path, values: list[object]) -> Path:
    path = folder / "metadata.jsonl"
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values))
    return path


def game(video: str, *content: tuple[float, float, str]) -> dict[str, object]:
    return {"video": video, "title": "A game", "content": content}


def test_games_begin_where_they_are_told_to_with_the_true_words_before(match_data: Path) -> None:
    data = read_games(match_data, start_s=10)
    assert not data.problems
    first, second = data.tasks
    assert (first.video, first.start_s, first.end_s) == ("match-1.mp4", 10, 24)
    introduction, *_ = json.loads((match_data / "metadata.jsonl").read_text().splitlines()[0])[
        "content"
    ]
    assert first.previous.startswith(introduction[2])
    assert all(line.end_s > 10 for line in (*first.reference, *second.reference))
    assert first.checksum == data.checksums["match-1.mp4"] != second.checksum
    assert set(data.checksums) == {"metadata.jsonl", "match-1.mp4", "match-2.mp4"}


def test_bad_data_is_listed_and_the_rest_is_used(match_data: Path, tmp_path: Path) -> None:
    for name in ("match-1.mp4", "match-2.mp4"):
        shutil.copy(match_data / "videos" / name, tmp_path / name)
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    metadata = write(
        tmp_path,
        [
            game("match-1.mp4", (1, 2, "early"), (15, 12, "backwards"), (12, 13, "late")),
            game("gone.mp4"),
            game("match-1.mp4"),
            game("broken.mp4"),
            {"title": "no video"},
        ],
    )
    with metadata.open("a") as file:
        file.write("{half a line\n")
    data = read_games(tmp_path, start_s=10)
    assert [task.reference for task in data.tasks] == [(Line(12, 13, "late"),)]
    found = [(problem.place[-6:], problem.what) for problem in data.problems]
    assert [place for place, _ in found] == [f"line {number}" for number in (1, 2, 3, 4, 5, 6)]
    for (_, what), expected in zip(
        found,
        ("ends at 12 s, before it starts", "no video 'gone.mp4'", "was there before"),
        strict=False,
    ):
        assert expected in what


def test_a_game_that_ends_before_the_start_is_listed(match_data: Path) -> None:
    data = read_games(match_data, start_s=1000)
    assert not data.tasks
    assert data.problems[0].what == "lasts 24 s, the start is at 1000 s"


def test_clips_are_read_with_their_bad_ones_listed(match_data: Path, tmp_path: Path) -> None:
    events = [json.loads(line) for line in (match_data / "events.jsonl").read_text().splitlines()]
    shutil.copytree(match_data / "videos", tmp_path / "videos")
    bad = [{**events[0], "event_id": 7, "end": -1}, events[0], {**events[0], "event_id": 8}]
    bad[2]["event_asr_text"] = " "
    text = "".join(json.dumps(event) + "\n" for event in [*events, *bad])
    (tmp_path / "events.jsonl").write_text(text)
    data = read_events(tmp_path)
    assert [task.name for task in data.tasks] == ["match-1_0", "match-2_0"]
    assert [problem.what.split(",")[0] for problem in data.problems] == [
        "ends at -1 s",
        "'match-1_0' was there before",
        "has no reference",
    ]


def test_clips_come_with_what_was_said_before_as_far_as_it_is_known(
    match_data: Path, tmp_path: Path
) -> None:
    event = json.loads((match_data / "events.jsonl").read_text().splitlines()[0])
    shutil.copytree(match_data / "videos", tmp_path / "videos")
    bare = {**event, "event_id": 1, "preasr_text": None, "event_title": None, "gt_asr": None}
    events = "".join(json.dumps(each) + "\n" for each in (event, bare))
    (tmp_path / "events.jsonl").write_text(events)
    data = read_events(tmp_path)
    assert not data.problems
    told, untold = data.tasks
    assert told.previous == event["preasr_text"] != ""
    assert (untold.previous, untold.title) == ("", "")
    pred = {"video_id": event["video_id"], "event_id": 0, "begin": 0, "end": 20, "pred": "Goal!"}
    (tmp_path / "other.jsonl").write_text(json.dumps(pred))
    assert list(read_precomputed(tmp_path / "other.jsonl")) == [told.name]


def test_a_folder_without_metadata_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="it holds none"):
        read_games(tmp_path, start_s=0)


@given(lines_strategy, st.integers(1, 60))
def test_every_word_belongs_to_exactly_one_part(lines: list[Line], length_s: int) -> None:
    words = TimedWords(lines)
    parts = [words.between(begin, end) for begin, end in cut(-1, 330, length_s)]
    assert sum(map(len, parts)) == sum(len(line.text.split()) for line in lines)


@given(lines_strategy)
def test_segments_have_the_words_that_are_asked_for(lines: list[Line]) -> None:
    task = Task("a", "a", Path("a.mp4"), "", 0, 330, "", tuple(lines), "")
    for segment in segments_of(task, 100, 10):
        assert len(segment.reference.split()) >= 10
        assert 0 <= segment.place < 1


SAID = (
    Line(10, 11, "A goal by the blue team!"),
    Line(40, 41, "The keeper saves it."),
    Line(70, 71, "Corner kick for red."),
)
TASK = Task("a", "a", Path("a.mp4"), "", 0, 100, "", SAID, "")


@pytest.mark.parametrize(("delay_s", "matched"), [(0, 3), (4, 3), (-4, 3), (6, 0), (25, 0)])
def test_only_what_is_said_in_time_counts(delay_s: float, matched: int) -> None:
    late = [Line(line.start_s + delay_s, line.end_s + delay_s, line.text) for line in SAID]
    assert timeliness(TASK, late, within_s=5).matched == matched


def test_saying_it_twice_counts_once_and_other_words_never() -> None:
    twice = [SAID[0], Line(12, 13, SAID[0].text), Line(40, 41, "Nice weather today.")]
    score = timeliness(TASK, twice)
    assert (score.matched, score.lines, score.references) == (1, 3, 3)
    assert score.score == pytest.approx(1 / 3)


def test_by_chance_a_line_that_fits_nothing_else_finds_nothing() -> None:
    assert timeliness(TASK, SAID).score == 1
    assert by_chance(TASK, SAID).matched == 0


def test_rounds_become_sentences() -> None:
    rounds = [
        Line(1, 2, "He shoots"),
        Line(2, 3, "and scores!"),
        Line(3, 4, "What"),
        Line(6, 7, "No"),
    ]
    assert [line.text for line in sentences(rounds)] == ["He shoots and scores!", "What", "No"]


@pytest.mark.parametrize(
    ("reply", "lines"),
    [
        ("[3] One.\n[7.5] Two.", [(3, 7.5, "One."), (7.5, 10, "Two.")]),
        ("[3] One.\nTwo.", [(0, 10, "One. Two.")]),
        ("[3] One.\n[99] Two.", [(0, 10, "One. Two.")]),
    ],
)
def test_times_of_hosted_models_are_believed_only_if_all_are_good(
    reply: str, lines: list[tuple[float, float, str]]
) -> None:
    assert list(read_lines(reply, 0, 10)) == [Line(*line) for line in lines]


def test_words_survive_being_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "words.jsonl"
    write_precomputed(path, {"a": SAID, "b": []})
    assert read_precomputed(path) == {"a": list(SAID), "b": []}
    path.write_text('{"video_id": "v", "event_id": 3, "begin": 1, "end": 9, "pred": "Goal!"}\n')
    assert read_precomputed(path) == {"v_3": [Line(1, 9, "Goal!")]}
