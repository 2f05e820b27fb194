from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.broadcast.text_file import LiveTextFile
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_holds_what_is_shown_and_is_empty_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "live.txt"
    path.write_text("left over")
    failures: list[str] = []
    file = LiveTextFile(path, failures.append)
    file.start()
    wait_until(lambda: path.read_text("utf-8") == "", "an empty file")
    file.show("进球了\nGoal! هدف")
    wait_until(lambda: path.read_bytes().decode() == "进球了\nGoal! هدف", "the text")
    assert file.close()
    assert path.read_text() == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["live.txt"]
    assert failures == []


def test_a_reader_never_sees_half_a_text(tmp_path: Path) -> None:
    path = tmp_path / "live.txt"
    file = LiveTextFile(path, lambda _: None)
    file.start()
    wait_until(path.exists, "the file")
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_text("utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    texts = [f"{i}" * 5000 for i in range(100)]
    for text in texts:
        file.show(text)
    wait_until(lambda: texts[-1] in seen, "the last text")
    done.set()
    reader.join()
    assert file.close()
    assert seen <= {"", *texts}


def test_a_folder_that_is_gone_is_said_once(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    failures: list[str] = []
    file = LiveTextFile(folder / "live.txt", failures.append)
    file.start()
    wait_until(lambda: bool(failures), "the complaint")
    file.show("one")
    file.show("two")
    assert file.close()
    assert len(failures) == 1
    assert "live.txt cannot be written" in failures[0]
