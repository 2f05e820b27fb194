"""Set Kibitz up in its own environment beside this file, then start or test it.

Standard library only, and readable by Python versions too old for the program, so that those get
a sentence instead of a traceback. What is installed is recorded in a stamp inside .venv; while the
stamp fits, a start costs a few milliseconds here.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Callable, Generator, Iterable, Mapping, NamedTuple, Sequence

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)  # for which Qt's packages in constraints.txt are built
ROOT = Path(__file__).resolve().parent
_LOOK_S = 0.5  # between two looks whether another start is done

USAGE = """\
python3 start.py [--torch-index URL] [--skip-system-packages] [ARGUMENTS FOR kibitz]
python3 start.py test [PYTEST ARGUMENTS]

Sets Kibitz up in .venv, the first time only, and starts it. Without arguments it comments on the
built-in match: in its window where there is a display, in the terminal where there is none.
`python3 start.py run --help` and the like reach the program itself.

  test                    run the quality gates and all tests
  --torch-index URL       take torch from this package index (another CUDA release, a CPU build);
                          remembered for later starts, until you remove .venv
  --skip-system-packages  do not look for Debian packages; the window or sound may then not work
"""

RUN_PACKAGES = """
    espeak-ng fonts-dejavu-core libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libportaudio2
    libwayland-cursor0 libwayland-egl1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
    libxkbcommon-x11-0 libxkbcommon0
"""
TEST_PACKAGES = """
    fonts-wqy-microhei libasound2-plugins openbox picom pulseaudio pulseaudio-utils x11-utils
    x11-xserver-utils xauth xdotool xvfb
"""


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


class Machine(NamedTuple):
    """What the set-up needs to know of the computer it runs on.

    Attributes:
        system: As `platform.system()` says it: "Linux", "Windows", "Darwin".
        python: Major and minor version of the running Python.
        is_root: It may install system packages.
        has_apt: It is Debian, Ubuntu or a child of theirs.
        has_display: A window can be shown.
        has_ensurepip: The running Python can make environments that contain pip.
        architecture: As `platform.machine()` says it of the running Python.
        is_from_store: The running Python is Microsoft Store's.
    """

    system: str
    python: tuple[int, int]
    is_root: bool
    has_apt: bool
    has_display: bool
    has_ensurepip: bool
    architecture: str = ""
    is_from_store: bool = False


class Request(NamedTuple):
    """The command line, taken apart; `arguments` go to the program or to pytest."""

    is_test: bool
    torch_index: str | None
    skip_system_packages: bool
    arguments: list[str]


class Stamp(NamedTuple):
    """What an environment holds; equal stamps need no installation."""

    fingerprint: str
    is_test: bool
    torch_index: str | None

    def serves(self, wanted: Stamp) -> bool:
        """A test environment contains all that a run needs."""
        return self._replace(is_test=wanted.is_test) == wanted and self.is_test >= wanted.is_test


class Environment(NamedTuple):
    """The virtual environment of one copy of the program."""

    folder: Path
    system: str

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if self.system == "Windows" else "bin")

    @property
    def python(self) -> Path:
        return self.programs / ("python.exe" if self.system == "Windows" else "python")

    @property
    def stamp_file(self) -> Path:
        return self.folder / "kibitz-stamp.json"

    @property
    def unfinished_file(self) -> Path:
        """The stamp to be while packages are installed, hence after an interrupted installation."""
        return self.folder / "kibitz-unfinished"

    @property
    def log_file(self) -> Path:
        return self.folder / "kibitz-install.log"

    @property
    def lock_file(self) -> Path:
        """Held while packages are installed; beside the folder, which is cleared at times."""
        return self.folder.with_name(f"{self.folder.name}.lock")


class Gate(NamedTuple):
    """One check of `start.py test`."""

    name: str
    command: list[str]


def main(arguments: Sequence[str]) -> int:
    """Set up if needed, then run the tests or become the program; gives the exit code."""
    if list(arguments[:1]) in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    try:
        request = read_request(arguments)
        machine = this_machine()
        environment = Environment(ROOT / ".venv", machine.system)
        set_up(request, machine, environment)
    except SetupError as error:
        print(f"start.py: {error}", file=sys.stderr)
        return 2
    if request.is_test:
        return run_gates(gates(environment, request.arguments))
    return start_program(environment, request.arguments or default_arguments(machine))


def read_request(arguments: Sequence[str]) -> Request:
    """Take this script's own options out of the command line, wherever they stand."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, usage=USAGE)
    parser.add_argument("--torch-index", metavar="URL")
    parser.add_argument("--skip-system-packages", action="store_true")
    own, rest = parser.parse_known_args(arguments)
    is_test = rest[:1] == ["test"]
    return Request(is_test, own.torch_index, own.skip_system_packages, rest[is_test:])


def this_machine() -> Machine:
    """Look at the computer."""
    system = platform.system()
    return Machine(
        system=system,
        python=sys.version_info[:2],
        is_root=system != "Windows" and os.geteuid() == 0,
        has_apt=all(shutil.which(name) for name in ("apt-get", "dpkg-query")),
        has_display=has_display(system, os.environ),
        has_ensurepip=importlib.util.find_spec("ensurepip") is not None,
        architecture=platform.machine(),
        is_from_store="WindowsApps" in sys.base_prefix,
    )


def has_display(system: str, variables: Mapping[str, str]) -> bool:
    """Windows and macOS always have one; elsewhere the session says so."""
    return system in ("Windows", "Darwin") or any(
        variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def default_arguments(machine: Machine) -> list[str]:
    """How to start on the built-in match."""
    return ["window" if machine.has_display else "run", "match"]


def set_up(request: Request, machine: Machine, environment: Environment) -> None:
    """Make the environment hold what the request needs; nothing to do most of the time.

    Raises:
        SetupError: It could not be done.
    """
    check_machine(machine)
    try:
        if is_ready(request, machine, environment):
            return
        with alone(environment):
            if not is_ready(request, machine, environment):  # another start may just have done it
                make_ready(request, machine, environment)
    except OSError as error:
        raise SetupError(
            f"{error.filename or environment.folder} cannot be used ({error.strerror}): Kibitz "
            "needs a folder that you may write to. If another user made .venv there, perhaps by "
            "sudo, remove it and start again."
        ) from error


def is_ready(request: Request, machine: Machine, environment: Environment) -> bool:
    """Whether the environment holds all that the request needs."""
    present = read_stamp(environment.stamp_file)
    wanted = wanted_stamp(request, machine, environment)
    return present is not None and present.serves(wanted) and environment.python.exists()


@contextlib.contextmanager
def alone(environment: Environment) -> Generator[None]:
    """Wait until no other start sets Kibitz up, and keep others out; one that dies locks none out.

    Raises:
        OSError: There is no room for the lock.
    """
    with environment.lock_file.open("a") as file:
        if not has_locked(file):
            say("Another start is setting Kibitz up; waiting for it.")
            while not has_locked(file):
                time.sleep(_LOOK_S)
        yield


def has_locked(file: IO[str]) -> bool:
    """Whether the lock is ours now; the system takes it back when the file is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # Windows says the latter
        return False
    except OSError:  # a disk in the network that knows no locks
        return True
    return True


def make_ready(request: Request, machine: Machine, environment: Environment) -> None:
    """Install what the environment lacks.

    Raises:
        SetupError: It could not be done.
        OSError: A file of it cannot be read or written.
    """
    say("Setting Kibitz up (only the first time; some minutes, depending on the network).")
    if machine.is_from_store:
        say(
            "This is the Microsoft Store's Python: Windows keeps its programs' files in a folder "
            "of its own, where you may not find them. Python from python.org is better."
        )
    wanted = wanted_stamp(request, machine, environment)
    if machine.has_apt and not request.skip_system_packages:
        install_system_packages(system_packages(request.is_test, machine), machine)
    make_environment(environment, machine)
    install(environment, wanted)
    say("Kibitz is set up.")


def check_machine(machine: Machine) -> None:
    """See that there are packages for this Python and this computer.

    Raises:
        SetupError: There are none.
    """
    if not OLDEST_PYTHON <= machine.python <= NEWEST_PYTHON:
        raise SetupError(
            f"Kibitz needs Python {dotted(OLDEST_PYTHON)} to {dotted(NEWEST_PYTHON)} and this is "
            f"Python {dotted(machine.python)}: run start.py with one of those, as "
            f"`python{dotted(OLDEST_PYTHON)} start.py`."
        )
    if (machine.system, machine.architecture) == ("Darwin", "x86_64"):
        raise SetupError(
            "Kibitz needs a Mac with Apple silicon, and a Python built for that: torch has no "
            "builds for Intel."
        )


def wanted_stamp(request: Request, machine: Machine, environment: Environment) -> Stamp:
    """What the environment is to hold: what is asked for now, and what was asked for before."""
    before = read_stamp(environment.stamp_file) or read_stamp(environment.unfinished_file)
    return Stamp(
        fingerprint=fingerprint(ROOT, machine.python),
        is_test=request.is_test or (before is not None and before.is_test),
        torch_index=request.torch_index or (before.torch_index if before else None),
    )


def dotted(version: tuple[int, int]) -> str:
    """Write a version as people do."""
    return ".".join(map(str, version))


def fingerprint(root: Path, python: tuple[int, int]) -> str:
    """A hash of all that decides what is installed; an environment cannot be moved, either."""
    digest = hashlib.sha256(f"{root} {dotted(python)}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update(root.joinpath(name).read_bytes())
    return digest.hexdigest()


def read_stamp(file: Path) -> Stamp | None:
    """The record of the last complete installation, if there is a readable one."""
    try:
        return Stamp(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def system_packages(is_test: bool, machine: Machine) -> list[str]:
    """Names of the Debian packages that the program, or its tests, stand on."""
    names: list[str] = [*RUN_PACKAGES.split(), *(TEST_PACKAGES.split() if is_test else ())]
    if not machine.has_ensurepip:  # Debian cuts it out of Python
        names.append(f"python{dotted(machine.python)}-venv")
    return names


def missing_packages(wanted: Iterable[str], listing: str) -> list[str]:
    """Which of the packages a dpkg-query listing does not show as installed.

    Since 2024 some libraries carry the suffix t64 and stand in for the package without it.
    """
    lines = (line.split() for line in listing.splitlines())
    installed = {name for name, *status in lines if status == ["installed"]}
    return [name for name in wanted if not {name, f"{name}t64"} & installed]


def install_system_packages(wanted: Sequence[str], machine: Machine) -> None:
    """Install what is missing, or say how.

    Raises:
        SetupError: Not allowed to, or apt failed.
    """
    names = [part for name in wanted for part in (name, f"{name}t64")]
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *names]
    listing = subprocess.run(query, check=False, capture_output=True, text=True).stdout
    missing = missing_packages(wanted, listing)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if not machine.is_root:
        raise SetupError(
            "some system packages are missing. Run this, then start again:\n"
            f"sudo apt-get update && sudo {' '.join(command)}\n"
            "(or go on without them: --skip-system-packages; the window or sound may not work)"
        )
    say(f"Installing {len(missing)} system packages:")
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Updating the lists may fail for a source that is not needed: the installation decides.
    run_quietly(["apt-get", "update"], variables, short_apt_line)
    code, output = run_quietly(command, variables, short_apt_line)
    if code != 0:
        raise SetupError(
            f"apt-get failed, perhaps for want of a network: {last_complaint(output, 'E: ')}"
        )


def make_environment(environment: Environment, machine: Machine) -> None:
    """Make a fresh environment unless there is one that only needs further packages.

    Raises:
        SetupError: Python cannot make one.
    """
    if is_usable(environment, machine.python):
        return
    say("Making the environment .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(environment.folder)]
    code, output = run_quietly(command, os.environ, lambda _: None)
    if code != 0:
        raise SetupError(
            f"Python could not make an environment in {environment.folder}. Install its venv "
            f"module and see that the folder can be written: {last_complaint(output, 'Error')}"
        )


def is_usable(environment: Environment, python: tuple[int, int]) -> bool:
    """Whether it is whole, made by this Python, and was not left in the middle of installing."""
    if environment.unfinished_file.exists() or not environment.python.exists():
        return False
    question = [str(environment.python), "-c", "import pip, sys; print(sys.version_info[:2])"]
    answer = subprocess.run(question, check=False, capture_output=True, text=True)
    return answer.stdout.strip() == str(python)


def install(environment: Environment, wanted: Stamp) -> None:
    """Install the tested set; its stamp counts from the end on, so that no half of it ever does.

    Raises:
        SetupError: pip failed.
    """
    environment.stamp_file.unlink(missing_ok=True)
    environment.unfinished_file.write_text(json.dumps(wanted._asdict()), encoding="utf-8")
    environment.log_file.write_text("", encoding="utf-8")
    say("Installing packages:")
    for command in pip_commands(environment.python, wanted):
        code, output = run_quietly(command, pip_variables(), short_pip_line)
        with environment.log_file.open("a", encoding="utf-8") as log:
            log.write(output)
        if code != 0:
            raise SetupError(f"{why_pip_failed(output)} (all it said: {environment.log_file})")
    environment.unfinished_file.replace(environment.stamp_file)


def pip_commands(python: Path, wanted: Stamp) -> list[list[str]]:
    """The installation, step by step.

    An index given for torch decides about torch alone: the same release lies on several
    indexes, and pip would keep whichever build is there already.
    """
    pip = [str(python), "-m", "pip", "install", "--progress-bar=off"]
    pip += ["--constraint", str(ROOT / "constraints.txt")]
    extras = "train,dev" if wanted.is_test else "train"
    program = ["--editable", f"{ROOT}[{extras}]"]
    if wanted.torch_index is None:
        return [[*pip, *program]]
    torch = ["--index-url", wanted.torch_index, "--no-deps", "--force-reinstall", "torch"]
    return [[*pip, *torch], [*pip, "--extra-index-url", wanted.torch_index, *program]]


def pip_variables() -> dict[str, str]:
    """What pip runs under: no notice of its own releases, output as it comes."""
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1"}


def short_pip_line(line: str) -> str | None:
    """What a person wants to see of a line of pip's."""
    word, _, rest = line.strip().partition(" ")
    if word == "Collecting":
        return rest.split(" (")[0]
    if word == "Downloading" and rest.endswith(" MB)"):
        return f"downloading {rest.split('-')[0].rpartition('/')[2]} {rest[rest.rindex('(') :]}"
    if line.startswith("Installing collected packages:"):
        return f"unpacking {rest.count(',') + 1} packages"
    return None


def short_apt_line(line: str) -> str | None:
    """What a person wants to see of a line of apt's."""
    words = line.split()
    return words[2].partition(":")[0] if words[:2] == ["Setting", "up"] else None


def why_pip_failed(output: str) -> str:
    """One sentence that says what to do."""
    if "No space left on device" in output:
        return "the disk is full: about 6 GB are needed; make room and start again."
    if "Long Path" in output:
        return (
            "the folder's path is too long for Windows: move Kibitz to a short one, as C:\\kibitz, "
            "and start again."
        )
    signs = (
        *("NewConnectionError", "NameResolutionError", "Failed to resolve"),
        *("connection broken", "timed out", "name resolution"),
    )
    if any(sign in output for sign in signs):
        return "the package index cannot be reached: connect to the network and start again."
    if "ResolutionImpossible" in output:
        return "the package index lacks a release in constraints.txt for this Python or system."
    return f"pip failed: {last_complaint(output, 'ERROR: ')}"


def last_complaint(output: str, sign: str) -> str:
    """The last line that starts as complaints do, else the last line at all."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    complaints = [line for line in lines if line.startswith(sign)]
    return (complaints or lines or ["it said nothing"])[-1]


def run_quietly(
    command: Sequence[str], variables: Mapping[str, str], shorten: Callable[[str], str | None]
) -> tuple[int, str]:
    """Run a command, show the short form of its lines, and give its exit code and output."""
    output: list[str] = []
    with subprocess.Popen(
        command,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            short = shorten(line)
            if short:
                say(f"  {short}")
    return process.returncode, "".join(output)


def say(line: str) -> None:
    """Show a line at once, also where the output is a pipe."""
    print(line, flush=True)


def start_program(environment: Environment, arguments: Sequence[str]) -> int:
    """Become the program; Windows has no way to, so there it is a child."""
    # -P: a folder called app where the user stands must not be taken for the program.
    command = [str(environment.python), "-P", "-m", "app", *arguments]
    if environment.system != "Windows":
        os.execv(command[0], command)  # noqa: S606  (fixed program, no shell)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the child
    return subprocess.run(command, check=False).returncode


def gates(environment: Environment, pytest_arguments: Sequence[str]) -> list[Gate]:
    """All that a change must pass, the quick ones first."""
    python = str(environment.python)
    return [
        Gate("ruff check", [python, "-m", "ruff", "check", "."]),
        Gate("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        Gate("import contracts", [str(environment.programs / "lint-imports"), "--no-logo"]),
        Gate("pyright", [python, "-m", "pyright"]),
        Gate("pytest", [python, "-m", "pytest", *pytest_arguments]),
    ]


def run_gates(all_gates: Iterable[Gate]) -> int:
    """Run every gate, also after one failed; 0 if all passed."""
    results: list[tuple[str, bool, float]] = []
    for gate in all_gates:
        say(f"\n== {gate.name}")
        started = time.monotonic()
        code = subprocess.run(gate.command, check=False, cwd=ROOT).returncode
        results.append((gate.name, code == 0, time.monotonic() - started))
    say("\n== summary")
    for name, has_passed, took_s in results:
        say(f"{'passed' if has_passed else 'FAILED'}  {name} ({took_s:.0f} s)")
    return 0 if all(has_passed for _, has_passed, _ in results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        told = "what was being installed is installed anew at the next start, from pip's cache"
        print(f"start.py: interrupted; {told}", file=sys.stderr)
        sys.exit(130)
