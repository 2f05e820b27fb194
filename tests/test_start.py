"""start.py: decisions on facts about a machine, and child processes for real."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import start
from tests.support.processes import need_programs
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

INDEX = "https://wheels.example/cpu"


@pytest.fixture
def environment(tmp_path: Path) -> start.Environment:
    """A folder for an environment that is not there yet."""
    return start.Environment(tmp_path / ".venv", "Linux")


def machine(**facts: object) -> start.Machine:
    usual = start.Machine(
        system="Linux",
        python=(3, 11),
        is_root=True,
        has_apt=True,
        has_display=False,
        has_ensurepip=True,
    )
    return usual._replace(**facts)


def pretend_usable(environment: start.Environment) -> None:
    """Let the environment look like one that Python 3.11 made."""
    environment.programs.mkdir(parents=True)
    environment.python.write_text("#!/bin/sh\necho '(3, 11)'\n")
    environment.python.chmod(0o755)


def stamp(**facts: object) -> start.Stamp:
    return start.Stamp(fingerprint="f", is_test=False, torch_index=None)._replace(**facts)


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ([], start.Request(False, None, False, [])),
        (["test", "-k", "x"], start.Request(True, None, False, ["-k", "x"])),
        (["--torch-index", INDEX, "test"], start.Request(True, INDEX, False, [])),
        (
            ["run", "match", "--out", "o"],
            start.Request(False, None, False, ["run", "match", "--out", "o"]),
        ),
        (["run", "--help"], start.Request(False, None, False, ["run", "--help"])),
        (
            ["run", "match", "--torch-index", INDEX],
            start.Request(False, INDEX, False, ["run", "match"]),
        ),
        (["run", "--skip-system-packages"], start.Request(False, None, True, ["run"])),
    ],
)
def test_own_options_are_taken_out_of_the_command_line(
    arguments: list[str], request_: start.Request
) -> None:
    assert start.read_request(arguments) == request_


@pytest.mark.parametrize(
    ("system", "variables", "expected"),
    [
        ("Linux", {}, False),
        ("Linux", {"DISPLAY": ""}, False),
        ("Linux", {"DISPLAY": ":0"}, True),
        ("Linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("Windows", {}, True),
        ("Darwin", {}, True),
    ],
)
def test_a_window_needs_a_display(system: str, variables: dict[str, str], expected: bool) -> None:
    assert start.has_display(system, variables) is expected
    arguments = start.default_arguments(machine(has_display=expected))
    assert arguments == ["window" if expected else "run", "match"]


def test_windows_keeps_programs_elsewhere() -> None:
    folder = Path("kibitz/.venv")
    assert start.Environment(folder, "Windows").python == folder / "Scripts" / "python.exe"
    assert start.Environment(folder, "Darwin").python == folder / "bin" / "python"


def test_only_packages_not_installed_are_missing() -> None:
    listing = "libegl1 installed\nlibglib2.0-0t64 installed\nxvfb config-files\n"
    wanted = ["libegl1", "libglib2.0-0", "xvfb", "picom"]
    assert start.missing_packages(wanted, listing) == ["xvfb", "picom"]


def test_the_venv_package_is_wanted_only_where_python_lacks_it() -> None:
    assert "python3.12-venv" in start.system_packages(
        False, machine(python=(3, 12), has_ensurepip=False)
    )
    names = start.system_packages(True, machine())
    assert not [name for name in names if name.endswith("-venv")]
    assert {"libegl1", "xvfb"} <= set(names)
    assert len(names) == len(set(names))


def test_without_administrator_rights_the_command_is_shown() -> None:
    need_programs("dpkg-query")
    with pytest.raises(
        start.SetupError, match=r"sudo apt-get install .* no-such-package-\d"
    ) as told:
        start.install_system_packages(["no-such-package-1"], machine(is_root=False))
    assert "--skip-system-packages" in str(told.value)


def test_a_mac_with_an_intel_processor_is_told_apart(
    environment: start.Environment,
) -> None:
    mac = machine(system="Darwin", architecture="x86_64")
    with pytest.raises(start.SetupError, match="Apple silicon"):
        start.set_up(start.read_request([]), mac, environment)


@pytest.mark.parametrize("python", [(3, 9), (3, 15), (4, 0)])
def test_a_python_too_old_or_too_new_is_told_apart(
    environment: start.Environment, python: tuple[int, int]
) -> None:
    said = rf"3\.11 to 3\.14 and this is Python {re.escape(start.dotted(python))}"
    with pytest.raises(start.SetupError, match=said):
        start.set_up(start.read_request([]), machine(python=python), environment)


def test_pip_is_told_of_the_same_pythons() -> None:
    project = tomllib.loads((start.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    major, minor = start.NEWEST_PYTHON
    told = f">={start.dotted(start.OLDEST_PYTHON)},<{start.dotted((major, minor + 1))}"
    assert project["requires-python"] == told


def test_the_script_can_be_read_by_old_pythons() -> None:
    import ast

    source = Path(start.__file__).read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 7))


@pytest.mark.parametrize(
    ("present", "wanted", "expected"),
    [
        (stamp(), stamp(), True),
        (stamp(is_test=True), stamp(), True),
        (stamp(), stamp(is_test=True), False),
        (stamp(), stamp(fingerprint="g"), False),
        (stamp(), stamp(torch_index=INDEX), False),
        (stamp(torch_index=INDEX, is_test=True), stamp(torch_index=INDEX), True),
    ],
)
def test_what_an_environment_serves(
    present: start.Stamp, wanted: start.Stamp, expected: bool
) -> None:
    assert present.serves(wanted) is expected


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": "f"}', '{"unknown": 1}', "3"])
def test_an_unreadable_stamp_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "stamp.json"
    assert start.read_stamp(file) is None
    file.write_text(text)
    assert start.read_stamp(file) is None


def test_a_stamp_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "stamp.json"
    file.write_text(json.dumps(stamp(torch_index=INDEX)._asdict()))
    assert start.read_stamp(file) == stamp(torch_index=INDEX)


def test_the_fingerprint_follows_what_is_installed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("a")
    (tmp_path / "constraints.txt").write_text("b")
    first = start.fingerprint(tmp_path, (3, 11))
    assert start.fingerprint(tmp_path, (3, 11)) == first
    assert start.fingerprint(tmp_path, (3, 12)) != first
    (tmp_path / "constraints.txt").write_text("c")
    assert start.fingerprint(tmp_path, (3, 11)) != first


def test_a_fitting_stamp_needs_nothing(environment: start.Environment) -> None:
    environment.programs.mkdir(parents=True)
    environment.python.touch()
    whole = start.Stamp(start.fingerprint(start.ROOT, (3, 11)), is_test=True, torch_index=INDEX)
    environment.stamp_file.write_text(json.dumps(whole._asdict()))
    before = sorted(environment.folder.rglob("*"))
    start.set_up(start.read_request([]), machine(has_apt=False), environment)
    assert sorted(environment.folder.rglob("*")) == before


def test_a_second_start_waits_for_the_first_and_installs_nothing(
    environment: start.Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    this = machine(has_apt=False)
    told: list[str] = []
    with environment.lock_file.open("a") as first:
        assert start.has_locked(first)
        second = threading.Thread(
            target=start.set_up, args=(start.read_request([]), this, environment)
        )
        second.start()
        wait_until(lambda: told.append(capsys.readouterr().out) or any(told), "a word of it")
        pretend_usable(environment)
        whole = start.Stamp(start.fingerprint(start.ROOT, this.python), False, None)
        environment.stamp_file.write_text(json.dumps(whole._asdict()))
        before = sorted(environment.folder.rglob("*"))
    second.join(timeout=10)
    assert not second.is_alive()
    assert "".join(told) == "Another start is setting Kibitz up; waiting for it.\n"
    assert capsys.readouterr().out == ""
    assert sorted(environment.folder.rglob("*")) == before


def test_an_interrupted_environment_is_made_anew(
    environment: start.Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    this = machine(python=sys.version_info[:2])
    start.make_environment(environment, this)
    assert start.is_usable(environment, this.python)
    assert not start.is_usable(environment, (3, 99))
    left = environment.folder / "half-installed"
    left.touch()
    start.make_environment(environment, this)
    assert left.exists(), "a whole environment is kept"
    environment.unfinished_file.touch()
    start.make_environment(environment, this)
    assert not left.exists()
    assert start.is_usable(environment, this.python)
    assert capsys.readouterr().out.count("Making the environment") == 2


def test_a_failing_installation_leaves_no_stamp(
    environment: start.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    start.make_environment(environment, machine(python=sys.version_info[:2]))
    closed_port = "http://127.0.0.1:9/simple"
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(start.SetupError, match=r"index cannot be reached"):
        start.install(environment, stamp(torch_index=closed_port))
    assert not environment.stamp_file.exists()
    assert environment.unfinished_file.exists()
    assert "127.0.0.1" in environment.log_file.read_text()
    again = start.wanted_stamp(start.read_request([]), machine(), environment)
    assert again.torch_index == closed_port, "what was asked for is remembered all the same"


def test_an_environment_of_another_user_is_told_in_a_sentence(
    environment: start.Environment,
) -> None:
    pretend_usable(environment)
    environment.log_file.mkdir()  # cannot be written, not even by root
    with pytest.raises(start.SetupError, match=r"install\.log cannot be used .* remove it") as told:
        start.set_up(start.read_request([]), machine(has_apt=False), environment)
    assert isinstance(told.value.__cause__, OSError)


@pytest.mark.parametrize("is_from_store", [True, False])
def test_a_python_that_hides_files_is_told_once_at_the_set_up(
    environment: start.Environment, capsys: pytest.CaptureFixture[str], is_from_store: bool
) -> None:
    pretend_usable(environment)
    environment.log_file.mkdir()  # which ends the set-up
    this = machine(system="Windows", has_apt=False, is_from_store=is_from_store)
    with pytest.raises(start.SetupError):
        start.set_up(start.read_request([]), this, environment)
    assert ("python.org" in capsys.readouterr().out) == is_from_store


def test_torch_comes_from_its_own_index_and_always_pinned() -> None:
    python = Path("python")
    torch, program = start.pip_commands(python, stamp(torch_index=INDEX, is_test=True))
    assert torch[-5:] == ["--index-url", INDEX, "--no-deps", "--force-reinstall", "torch"]
    assert program[-1].endswith("[train,dev]")
    (only,) = start.pip_commands(python, stamp())
    assert INDEX not in only
    for command in (torch, program, only):
        assert command[command.index("--constraint") + 1] == str(start.ROOT / "constraints.txt")
    assert "torch==2.13.0" in (start.ROOT / "constraints.txt").read_text().splitlines()


@pytest.mark.parametrize(
    ("shorten", "line", "expected"),
    [
        (start.short_pip_line, "Collecting torch<2.15,>=2.13 (from kibitz)\n", "torch<2.15,>=2.13"),
        (
            start.short_pip_line,
            "  Downloading https://e.org/a/b/torch-2.13.0-cp311-linux.whl (178.9 MB)\n",
            "downloading torch (178.9 MB)",
        ),
        (start.short_pip_line, "  Downloading idna-3.20-py3-none-any.whl (71 kB)\n", None),
        (start.short_pip_line, "Installing collected packages: a, b, c\n", "unpacking 3 packages"),
        (start.short_pip_line, "  Preparing metadata: finished\n", None),
        (start.short_apt_line, "Setting up libxau6:amd64 (1:1.0.9-1) ...\n", "libxau6"),
        (start.short_apt_line, "Unpacking picom (9.1-1) ...\n", None),
    ],
)
def test_progress_is_short(
    shorten: Callable[[str], str | None], line: str, expected: str | None
) -> None:
    assert shorten(line) == expected


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("WARNING: Retrying ... NewConnectionError\nERROR: No matching distribution", "network"),
        ("ERROR: Failed to resolve 'pypi.org' ([Errno 11001] getaddrinfo failed)", "network"),
        ("NameResolutionError(HTTPSConnection(host='pypi.org'): getaddrinfo failed)", "network"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 2] No such file\n"
            "HINT: ... this system does not have Windows Long Path support enabled.\n",
            "move Kibitz to a short one",
        ),
        ("ERROR: Cannot install torch\nERROR: ResolutionImpossible: for help", "lacks a release"),
        ("ERROR: first\nERROR: second\nnotice\n", "pip failed: ERROR: second"),
        ("Killed\n", "pip failed: Killed"),
        ("", "pip failed: it said nothing"),
    ],
)
def test_a_failure_of_pip_becomes_one_sentence(output: str, sentence: str) -> None:
    assert sentence in start.why_pip_failed(output)


def test_every_gate_runs_even_if_one_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = tmp_path / "done"
    bad = start.Gate("bad", [sys.executable, "-c", "raise SystemExit(3)"])
    good = start.Gate("good", [sys.executable, "-c", f"open({str(done)!r}, 'w').close()"])
    assert start.run_gates([bad, good]) == 1
    assert done.exists()
    told = capfd.readouterr().out
    assert "FAILED  bad" in told
    assert "passed  good" in told
    assert start.run_gates([good]) == 0


def test_the_gates_are_those_promised(environment: start.Environment) -> None:
    named = {gate.name: gate.command for gate in start.gates(environment, ["-k", "x"])}
    assert list(named) == ["ruff check", "ruff format", "import contracts", "pyright", "pytest"]
    assert named["pytest"][-2:] == ["-k", "x"]


@pytest.mark.parametrize("system", ["Linux", "Windows"])
def test_the_program_gets_arguments_and_gives_its_exit_code(tmp_path: Path, system: str) -> None:
    """Starts a program called app, from a folder with a decoy of that name, in a child process."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    environment = start.Environment(folder, "Linux")
    (site,) = folder.glob("lib/python*/site-packages")
    site.joinpath("app.py").write_text("import sys; print(sys.argv[1:]); sys.exit(7)")
    tmp_path.joinpath("app.py").write_text("print('decoy')")
    script = (
        f"import sys; sys.path.insert(0, {str(start.ROOT)!r}); import start; "
        f"environment = start.Environment(start.Path({str(folder)!r}), {system!r}); "
        "sys.exit(start.start_program(environment, ['run', 'a b']))"
    )
    if system == "Windows":
        programs = folder / "Scripts"
        programs.mkdir()
        programs.joinpath("python.exe").symlink_to(environment.python)
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert (done.stdout, done.returncode) == ("['run', 'a b']\n", 7), done.stderr
