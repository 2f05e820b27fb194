"""Where figures come from, and how long they will take."""

from __future__ import annotations

import io
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from engine.evaluation.provenance import fingerprint, origin_now
from engine.progress import Progress, duration
from tests import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_origin_names_commit_and_versions() -> None:
    origin = origin_now(3)
    if (ROOT / ".git").exists():
        head = subprocess.run(
            ["git", "-C", str(ROOT), "rev-parse", "HEAD"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert origin.commit == head.stdout.strip()
    assert origin.versions["torch"]
    assert origin.threads == 3
    assert str(os.cpu_count()) in origin.machine


def test_every_change_of_weights_changes_the_fingerprint(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    (tmp_path / "config.json").write_text("{}")
    weights.write_bytes(bytes(100))
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    weights.write_bytes(bytes(99) + b"\x01")
    second = fingerprint(tmp_path)
    (tmp_path / "config.json").write_text("{ }")
    assert len({first, second, fingerprint(tmp_path)}) == 3


@pytest.mark.parametrize("size", [5 << 20, 80 << 20])
def test_a_change_in_the_middle_of_the_weights_changes_the_fingerprint(
    tmp_path: Path, size: int
) -> None:
    weights = tmp_path / "model.safetensors"
    with weights.open("wb") as file:
        file.truncate(size)
    first = fingerprint(tmp_path)
    with weights.open("r+b") as file:  # a matrix of 2 MiB, as adapters merged into it leave it
        file.seek(size // 2 - 12_345)
        file.write(b"\x01" * (2 << 20))
    assert fingerprint(tmp_path) != first


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (119, "119 s"), (150, "2 min"), (7500, "2 h 05 min")]
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "ending"),
    [
        (io.StringIO(), "last  4/4 rounds, 0 s left\n"),
        (Terminal(), f"[{'#' * 20}] 4/4 rounds, 0 s left  last\n"),
    ],
)
def test_progress_ends_with_the_last_round(stream: io.StringIO, ending: str) -> None:
    progress = Progress(5, stream)
    progress.advance("first", 3)
    progress.skip(1)
    progress.advance("last")
    progress.close()
    assert stream.getvalue().endswith(ending)


def test_progress_stays_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    Progress(1, stream).advance("a name that is longer than any terminal is wide")
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) == 39
