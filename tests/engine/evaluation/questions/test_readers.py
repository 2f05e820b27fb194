"""The public file formats, and everything that can be wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from engine.errors import DataError
from engine.evaluation.questions import longvideobench, mvbench, ovobench, videomme
from engine.evaluation.questions.proof import write_proof
from engine.evaluation.questions.tables import find_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 8


def quiet(_message: str) -> None:
    """Hear nothing."""


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proof")
    write_proof(0, SECONDS, folder, quiet)
    return folder


def edit(path: Path, change: Callable[[list[Any]], None]) -> None:
    values: list[Any] = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


def copied(proof: Path, suite: str, target: Path) -> Path:
    for path in (proof / suite).rglob("*"):
        if path.is_file():
            place = target / path.relative_to(proof / suite)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    return target


def test_ovobench_has_three_groups_and_twelve_tasks(proof: Path) -> None:
    data = ovobench.read(proof / "ovobench")
    assert not data.faults
    found = {
        group: {q.task for q in data.questions if q.group == group} for group in ovobench.GROUPS
    }
    assert found == {group: set(tasks) for group, tasks in ovobench.GROUPS.items()}
    assert {q.form for q in data.questions if q.group == "Forward"} == {"count", "yes_no"}
    assert all(0 < q.ask_s <= SECONDS for q in data.questions)
    assert all(q.answer in "ABCD" for q in data.questions if q.form == "letter")


def test_every_fault_of_ovobench_is_listed(proof: Path, tmp_path: Path) -> None:
    folder = copied(proof, "ovobench", tmp_path)

    def spoil(records: list[Any]) -> None:
        records[1]["gt"] = 9
        records[2]["video"] = "gone.mp4"
        records[3]["id"], records[3]["task"] = records[4]["id"], records[4]["task"]
        records[5]["realtime"] = SECONDS + 60
        records[6]["task"] = "XYZ"
        records[7]["realtime"] = 0
        records[8]["options"] = "no list"
        records[9]["test_info"][0]["count"] = 12

    edit(folder / "ovo_bench_new.json", spoil)
    data = ovobench.read(folder)
    said = "\n".join(f"{fault.where}: {fault.what}" for fault in data.faults)
    for words in (
        *("option 9, is none of its", "there is no video", "another question has this id"),
        *("the video ends at 8 s; asked there", "there is no such task", "its stretch ends at 0 s"),
        "options: Input should be a valid list",
    ):
        assert words in said
    assert sum(fault.left_out for fault in data.faults) == 6
    assert [fault.left_out for fault in data.faults if "asked there" in fault.what] == [False]
    counts = [q.answer for q in data.questions if q.task == "REC"]
    assert counts[0] == "12"  # an answer beyond ten is one


def test_published_pieces_of_ovobench_end_with_the_question(proof: Path, tmp_path: Path) -> None:
    folder = copied(proof, "ovobench", tmp_path)
    video = folder / "src_videos" / "match-0.mp4"
    pieces = folder / "chunked_videos"
    pieces.mkdir()
    for name in ("0", "9_0"):
        (pieces / f"{name}.mp4").write_bytes(video.read_bytes())
    video.unlink()
    data = ovobench.read(folder)
    assert {(q.id, q.video.name, q.ask_s) for q in data.questions} == {
        ("OCR-0", "0.mp4", 8.0),
        ("REC-9_0", "9_0.mp4", 8.0),
    }
    assert len(data.faults) > 5


def test_longvideobench_is_the_same_from_both_of_its_files(proof: Path, tmp_path: Path) -> None:
    plain = longvideobench.read(proof / "longvideobench")
    assert plain.questions
    assert not plain.faults
    folder = copied(proof, "longvideobench", tmp_path)
    rows: list[Any] = json.loads((folder / "lvb_val.json").read_text())
    for row in rows:
        options = [*row.pop("candidates"), *["N/A"] * 5][:5]
        row.update({f"option{index}": option for index, option in enumerate(options)})
    (folder / "lvb_val.json").unlink()
    parquet.write_table(pa.Table.from_pylist(rows), folder / "validation-00000-of-00001.parquet")
    table = longvideobench.read(folder)
    assert [q.as_json() for q in table.questions] == [q.as_json() for q in plain.questions]


def test_a_split_without_answers_is_all_faults(proof: Path, tmp_path: Path) -> None:
    folder = copied(proof, "longvideobench", tmp_path)

    def hide(records: list[Any]) -> None:
        for record in records:
            del record["correct_choice"]

    edit(folder / "lvb_val.json", hide)
    data = longvideobench.read(folder)
    assert not data.questions
    assert all("option None, is none of its" in fault.what for fault in data.faults)


def test_videomme_strips_the_letters_and_finds_the_videos(proof: Path, tmp_path: Path) -> None:
    folder = copied(proof, "videomme", tmp_path)
    rows = [json.loads(line) for line in (folder / "test.jsonl").read_text().splitlines()]
    rows.append({**rows[0], "question_id": "001-9", "answer": "E"})
    rows.append({**rows[0], "question_id": "001-10", "videoID": "gone"})
    (folder / "test.jsonl").unlink()
    (folder / "videomme").mkdir()
    parquet.write_table(
        pa.Table.from_pylist(rows), folder / "videomme" / "test-00000-of-00001.parquet"
    )
    data = videomme.read(folder)
    assert [q.id for q in data.questions] == ["001-1", "001-2"]
    assert "A. A." not in data.questions[0].text
    assert {q.group for q in data.questions} == {"short"}
    assert [fault.where for fault in data.faults] == [
        "test-00000-of-00001.parquet, record 3",
        "001-10",
    ]


def test_mvbench_asks_about_stretches(proof: Path, tmp_path: Path) -> None:
    folder = copied(proof, "mvbench", tmp_path)

    def spoil(records: list[Any]) -> None:
        records[0]["answer"] = "something else"
        records[1]["start"], records[1]["end"] = 5.0, 3.0

    data = mvbench.read(folder)
    assert all(q.ask_s - q.start_s <= 2 for q in data.questions)
    assert len([fault for fault in data.faults if "file is missing" in fault.what]) == 19
    edit(folder / "json" / "action_sequence.json", spoil)
    said = "\n".join(fault.what for fault in mvbench.read(folder).faults)
    assert "option None, is none of its" in said
    assert "its stretch ends at 3 s, it begins at 5 s" in said


def test_only_five_tasks_of_mvbench_ask_about_stretches(proof: Path, tmp_path: Path) -> None:
    folder = copied(proof, "mvbench", tmp_path)
    records = folder / "json" / "action_sequence.json"
    (video,) = folder.rglob("*.mp4")
    target = folder / "video" / "data0613" / "clevrer" / "video_validation"
    target.mkdir(parents=True)
    video.rename(target / video.name)
    records.rename(folder / "json" / "moving_count.json")
    data = mvbench.read(folder)
    assert data.questions
    assert {(q.start_s, q.ask_s) for q in data.questions} == {(0.0, float(SECONDS))}


def test_a_folder_without_data_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is none of lvb_val"):
        longvideobench.read(tmp_path)
    with pytest.raises(DataError, match=r"no file json/TASK\.json"):
        mvbench.read(tmp_path)
    (tmp_path / "ovo_bench.json").write_text('{"not": "a list"}')
    with pytest.raises(DataError, match="must hold a list of records"):
        ovobench.read(tmp_path)
    assert find_file(tmp_path, ("none", "*.json")).name == "ovo_bench.json"
