"""Downloads from a hub that drops the line, lies, is busy, and programs that are killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from filelock import FileLock

from app.errors import ModelError
from app.models.download import DownloadJob
from app.models.jobs import ChildJob, JobCancelled, JobDone, JobFailed
from app.models.manifest import (
    LOCK_NAME,
    MANIFEST_NAME,
    Manifest,
    ModelFile,
    part_path,
    read_manifest,
    write_manifest,
)
from app.models.progress import DownloadProgress
from engine.model.checkpoint import read_checkpoint
from tests import ROOT
from tests.app.models.checkpoints import HUB_ID, checkpoint
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.hub import Hub

WEIGHTS = "model.safetensors"


@pytest.fixture
def files(hub: Hub) -> dict[str, bytes]:
    made = checkpoint()
    hub.add(HUB_ID, made | {"README.md": b"# no", "pytorch_model.bin": b"x" * 9, "a/b.json": b"{}"})
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models" / "test"


def _bring(hub: Hub, folder: Path) -> list[DownloadProgress]:
    told: list[DownloadProgress] = []
    DownloadJob(HUB_ID, folder, hub.address).run(told.append)
    return told


def _weights(folder: Path) -> ModelFile:
    manifest = read_manifest(folder)
    assert manifest is not None
    return next(file for file in manifest.files if file.name == WEIGHTS)


def _assert_complete(folder: Path, files: dict[str, bytes]) -> None:
    names = {path.name for path in folder.iterdir()} - {MANIFEST_NAME, LOCK_NAME}
    assert names == set(files)
    assert all((folder / name).read_bytes() == body for name, body in files.items())


def test_a_model_arrives_whole_and_without_what_the_engine_never_reads(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    told = _bring(hub, folder)
    _assert_complete(folder, files)
    assert told[-1].fraction == 1.0
    assert [one.done_bytes for one in told] == sorted(one.done_bytes for one in told)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.licence == "apache-2.0"
    assert read_checkpoint(folder).num_parameters == 400_000


def test_a_line_that_drops_half_way_is_taken_up_where_it_broke(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    hub.faults.drop_after = [150_000, 0, 70_000]
    told = _bring(hub, folder)
    _assert_complete(folder, files)
    starts = [start for name, start in hub.requests if name == WEIGHTS]
    assert starts == [0, 150_000, 150_000, 220_000]
    assert any(one.phase == "waiting" for one in told)


def test_a_busy_hub_is_asked_again(hub: Hub, files: dict[str, bytes], folder: Path) -> None:
    hub.faults.busy = 1
    _bring(hub, folder)
    _assert_complete(folder, files)


def test_a_server_without_ranges_sends_the_file_anew(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    hub.faults.drop_after = [100_000]
    hub.faults.ignores_ranges = True
    assert _bring(hub, folder)[-1].fraction == 1.0
    _assert_complete(folder, files)


def test_a_wrong_checksum_is_noticed_and_the_file_fetched_again(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    hub.faults.corrupt = 1
    _bring(hub, folder)
    _assert_complete(folder, files)


def test_what_is_always_damaged_is_refused(hub: Hub, files: dict[str, bytes], folder: Path) -> None:
    hub.faults.corrupt = 100
    with pytest.raises(ModelError, match="arrived damaged 2 times"):
        _bring(hub, folder)
    assert not any((folder / name).exists() for name in files)


def test_what_was_damaged_on_the_disk_is_noticed_when_the_download_goes_on(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(b"\0" * len(files[WEIGHTS]))  # a copy nobody vouches for
    _bring(hub, folder)
    _assert_complete(folder, files)


def test_a_copy_made_by_hand_is_checked_and_not_fetched(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(files[WEIGHTS])
    _bring(hub, folder)
    _assert_complete(folder, files)
    assert WEIGHTS not in {name for name, _ in hub.requests}


@pytest.mark.usefixtures("files")
def test_another_version_on_the_hub_replaces_what_changed(hub: Hub, folder: Path) -> None:
    hub.faults.stall_after = 100_000
    child = ChildJob(DownloadJob(HUB_ID, folder, hub.address))
    child.start()
    _wait_for_part(child, folder, 65_536)  # a whole block that the writer handed over
    child.cancel()
    assert list(child.messages())[-1] == JobCancelled()
    newer = checkpoint(seed=1)
    hub.faults.release.set()
    hub.faults.stall_after = None
    hub.add(HUB_ID, newer)
    _bring(hub, folder)
    _assert_complete(folder, newer)
    assert hub.requests[-1] == (WEIGHTS, 0)


def _wait_for_part(child: ChildJob, folder: Path, num_bytes: int) -> None:
    """Until so much of the weights lies on the disk."""

    def has_arrived() -> bool:
        if read_manifest(folder) is None:
            return False
        path = part_path(folder, _weights(folder))
        return path.exists() and path.stat().st_size >= num_bytes

    wait_until(has_arrived, f"{num_bytes} bytes of process {child.process_id}", timeout_s=60)


def test_a_killed_download_goes_on_where_it_was(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    hub.faults.stall_after = 200_000
    child = ChildJob(DownloadJob(HUB_ID, folder))  # finds the hub by HF_ENDPOINT
    child.start()
    _wait_for_part(child, folder, 196_608)  # whole blocks that the writer handed over
    child.cancel()  # is kill -9
    assert list(child.messages())[-1] == JobCancelled()
    hub.faults.release.set()
    hub.faults.stall_after = None
    before = part_path(folder, _weights(folder)).stat().st_size
    again = ChildJob(DownloadJob(HUB_ID, folder))
    again.start()
    messages = list(again.messages())
    assert messages[-1] == JobDone()
    _assert_complete(folder, files)
    assert hub.requests[-1] == (WEIGHTS, before)
    first = next(one for one in messages if isinstance(one, DownloadProgress))
    assert first.done_bytes >= before


@pytest.mark.usefixtures("files")
def test_parts_of_other_programs_are_left_alone(hub: Hub, folder: Path) -> None:
    folder.mkdir(parents=True)
    gone = ModelFile("vocab.json", 5, "0" * 40, "git-sha1")
    write_manifest(Manifest(HUB_ID, "0" * 40, None, (gone,)), folder)
    foreign = [folder / name for name in ("film.mkv.part", "film.mkv.0123456789ab.part")]
    for path in foreign:
        path.write_bytes(b"half a film")
    stale = folder / f"{WEIGHTS}.0123456789ab.part"
    stale.write_bytes(b"half an old version")
    _bring(hub, folder)
    assert [path.exists() for path in (*foreign, stale)] == [True, True, False]


@pytest.mark.usefixtures("files")
def test_a_folder_with_a_desktops_hidden_file_is_empty(hub: Hub, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".DS_Store").touch()
    _bring(hub, folder)


@pytest.mark.usefixtures("files")
def test_a_folder_of_other_files_is_refused(hub: Hub, folder: Path) -> None:
    folder.mkdir(parents=True)
    own = folder / "config.json"
    own.write_text("of another program")
    with pytest.raises(ModelError, match="no model; choose a new or empty folder"):
        _bring(hub, folder)
    assert [path.name for path in folder.iterdir()] == [own.name]
    assert own.read_text() == "of another program"


def test_what_is_complete_needs_no_network(
    hub: Hub, files: dict[str, bytes], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _bring(hub, folder)
    num_requests = len(hub.requests)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert _bring(hub, folder)[-1].fraction == 1.0
    assert len(hub.requests) == num_requests
    _assert_complete(folder, files)


def test_offline_is_honoured_in_a_sentence(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    child = ChildJob(DownloadJob(HUB_ID, folder))
    child.start()
    (end,) = child.messages()
    assert isinstance(end, JobFailed)
    assert "HF_HUB_OFFLINE is set" in end.reason
    assert hub.requests == []


@pytest.mark.usefixtures("hub")
def test_no_network_is_one_sentence(folder: Path) -> None:
    with pytest.raises(ModelError, match="cannot be reached; check the connection"):
        DownloadJob(HUB_ID, folder, "http://127.0.0.1:1").run(lambda _: None)


@pytest.mark.parametrize(
    ("hub_id", "message"),
    [("kibitz/absent", "no model kibitz/absent"), ("no id at all", "check its spelling")],
)
def test_a_model_that_is_not_there_is_named(
    hub: Hub, folder: Path, hub_id: str, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        DownloadJob(hub_id, folder, hub.address).run(lambda _: None)


@pytest.mark.usefixtures("files")
def test_terms_that_must_be_accepted_are_named(hub: Hub, folder: Path) -> None:
    hub.faults.gated = True
    with pytest.raises(ModelError, match="accept its terms"):
        _bring(hub, folder)


@pytest.mark.usefixtures("files")
def test_a_model_too_large_for_the_disk_is_refused_before_it_starts(hub: Hub, folder: Path) -> None:
    hub.claimed_sizes[WEIGHTS] = 10**17
    with pytest.raises(ModelError, match=r"100000\.0 TB are still to come"):
        _bring(hub, folder)
    assert hub.requests == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device /dev/full of Linux")
@pytest.mark.usefixtures("files")
def test_a_disk_that_fills_up_on_the_way_is_said(hub: Hub, folder: Path) -> None:
    hub.faults.drop_after = [0] * 10
    child = ChildJob(DownloadJob(HUB_ID, folder, hub.address))
    child.start()
    wait_until(lambda: (WEIGHTS, 0) in hub.requests, "the weights", timeout_s=60)
    child.cancel()
    list(child.messages())
    hub.faults.drop_after = []
    part = part_path(folder, _weights(folder))
    part.unlink(missing_ok=True)
    part.symlink_to("/dev/full")  # takes no byte, as a full disk
    with pytest.raises(ModelError, match="The disk is full"):
        _bring(hub, folder)


def test_a_model_of_another_kind_is_refused_before_its_weights_come(hub: Hub, folder: Path) -> None:
    hub.add(HUB_ID, checkpoint() | {"config.json": b'{"model_type": "llama"}'})
    with pytest.raises(ModelError, match="type 'llama'; choose a checkpoint of Qwen"):
        _bring(hub, folder)
    assert WEIGHTS not in {name for name, _ in hub.requests}


def test_a_model_without_safetensors_is_refused(hub: Hub, folder: Path) -> None:
    hub.add(HUB_ID, {"config.json": b"{}", "pytorch_model.bin": b"x"})
    with pytest.raises(ModelError, match="no safetensors files"):
        _bring(hub, folder)


@pytest.mark.usefixtures("files")
def test_two_downloads_into_one_folder_are_one_too_many(hub: Hub, folder: Path) -> None:
    folder.mkdir(parents=True)
    with (
        FileLock(folder / LOCK_NAME),
        pytest.raises(ModelError, match="already being downloaded"),
    ):
        _bring(hub, folder)


def test_a_manifest_outlives_its_writing_and_damage(
    hub: Hub, files: dict[str, bytes], folder: Path
) -> None:
    _bring(hub, folder)
    manifest = read_manifest(folder)
    assert manifest is not None
    write_manifest(manifest, folder)
    assert read_manifest(folder) == manifest
    (folder / MANIFEST_NAME).write_text("{")
    assert read_manifest(folder) is None
    _bring(hub, folder)
    _assert_complete(folder, files)


@pytest.mark.usefixtures("files")
def test_a_download_ends_with_the_program_that_was_killed(hub: Hub, folder: Path) -> None:
    hub.faults.stall_after = 100_000
    script = (
        "import sys; from pathlib import Path; from app.models.download import DownloadJob\n"
        "from app.models.jobs import ChildJob\n"
        "if __name__ == '__main__':\n"
        f"    job = ChildJob(DownloadJob({HUB_ID!r}, Path({str(folder)!r})))\n"
        "    job.start(); print(job.process_id, flush=True); list(job.messages())\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        child = psutil.Process(int(program.stdout.readline()))
        wait_until(lambda: any(folder.glob("*.part")), "the weights", timeout_s=60)
        program.kill()
    hub.faults.release.set()  # the line breaks, of which the child wants to tell
    wait_until(lambda: not child.is_running(), "the end of the child", timeout_s=30)
    with FileLock(folder / LOCK_NAME, timeout=5):
        assert any(folder.glob("*.part"))
