"""`kibitz models` as a person types it, against a hub on this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from app.models.limits import MachineLimits, keep_limits
from app.models.machine import this_machine
from app.models.places import find, library_folder
from tests.app.models.checkpoints import HUB_ID, checkpoint
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.hub import Hub

ROOT = Path(__file__).parents[2]
WEIGHTS = "model.safetensors"


@pytest.fixture
def offered(hub: Hub) -> Iterator[Hub]:
    """A hub that has the model; the user's library is emptied afterwards."""
    hub.add(HUB_ID, checkpoint())
    yield hub
    if find(HUB_ID).folder is not None:
        main(["models", "remove", HUB_ID])


def _get(*arguments: str) -> subprocess.Popen[str]:
    """`kibitz models get` in a process of its own, which reads HF_ENDPOINT anew."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", "models", "get", HUB_ID, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_every_model_is_listed_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    keep_limits(this_machine(), MachineLimits(1e10, {"float32": 1e11, "bfloat16": 5e10}, 0.0, 1.0))
    assert main(["models"]) == 0
    text = capsys.readouterr().out
    assert main(["models", "list"]) == 0
    for name in ("bundled", "mit-han-lab/StreamingVLM", "chenjoya/LiveCC-7B-Instruct"):
        assert f"{name}\n" in text
    assert "here; knows the built-in match, nothing else" in text
    assert re.search(r"needs [\d.]+ (GB|MB) of memory; licence Apache-2\.0", text)
    assert "Models run on" in text
    assert re.search(r"bundled\n.*; keeps up \(estimated, about [\d.]+ s for a second\)", text)


def test_a_machine_without_room_to_be_measured_lists_models_without_estimates(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # nothing was measured yet
    too_much = {"cpu": 1 << 60, "cuda": 1 << 60}
    monkeypatch.setattr("engine.bench.limits._READ_BYTES", too_much)
    assert main(["models"]) == 0
    said = capsys.readouterr()
    assert "bundled\n" in said.out
    assert "estimated" not in said.out
    assert "Nothing can be estimated: there is no room to measure" in said.err


@pytest.mark.usefixtures("offered")
def test_a_model_is_brought_found_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    with _get() as process:
        out, error = process.communicate(timeout=60)
    assert (process.returncode, error.count("Traceback")) == (0, 0)
    assert f"{HUB_ID} is complete in" in out
    assert find(HUB_ID).is_usable
    assert main(["models", "get", HUB_ID]) == 0
    assert "is here already" in capsys.readouterr().out
    assert main(["models", "remove", HUB_ID]) == 0
    assert "kB are free again" in capsys.readouterr().out
    assert not find(HUB_ID).is_usable


def test_a_killed_command_goes_on_where_it_was(offered: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    offered.faults.stall_after = 200_000
    with _get("--out", str(folder)) as process:
        wait_until(
            lambda: any(path.stat().st_size > 190_000 for path in folder.glob("*.part")),
            "half of the weights",
            timeout_s=60,
        )
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    offered.faults.stall_after = None
    offered.faults.release.set()
    with _get("--out", str(folder)) as process:
        assert process.communicate(timeout=60)[1].count("kibitz:") == 0
    assert process.returncode == 0
    assert (folder / WEIGHTS).read_bytes() == offered.models[HUB_ID][WEIGHTS]
    name, start = offered.requests[-1]
    assert (name, start > 190_000) == (WEIGHTS, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["get", "nonsense"], "nonsense is no hub id; write it as owner/name."),
        (["get", "some/model"], "HF_HUB_OFFLINE is set"),
        (["check", "some/model"], "get it in the window's list of models"),
        (["check", "/absent"], "has no config.json"),
        (["remove", "some/model"], "some/model is not on this machine."),
        (["remove", "bundled"], "was not downloaded by Kibitz"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_code_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", *arguments]) == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_measurement_is_printed_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "check", "bundled"]) == 0
    pattern = r"bundled .*live video|keeps up .*s for a second.* rounds, the slowest took"
    assert re.search(pattern, capsys.readouterr().out)
    assert main(["models"]) == 0
    assert "s for a second" in capsys.readouterr().out


def test_library_folders_of_different_models_differ(tmp_path: Path) -> None:
    assert library_folder("a/b", tmp_path) != library_folder("a/c", tmp_path)
