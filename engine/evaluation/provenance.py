"""Where a figure comes from: the code, the versions, the machine, the weights."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from engine.model import LoadedModel

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("kibitz", "torch", "transformers", "numpy")
_GIT_TIMEOUT_S = 10.0
_WHOLE_BYTES = 64 << 20  # up to here a file is read as a whole
_STRIDE_BYTES, _BLOCK_BYTES = 1 << 20, 64 << 10


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Which model spoke.

    Attributes:
        fingerprint: Of its files; the same name may stand for other weights later.
        dtype, device: As torch names them.
    """

    fingerprint: str
    num_parameters: int
    dtype: str
    device: str

    @classmethod
    def of(cls, model: LoadedModel, fingerprint: str) -> Self:
        """The facts about a model that is loaded."""
        return cls(
            fingerprint,
            model.checkpoint.num_parameters,
            str(model.dtype).removeprefix("torch."),
            str(model.device),
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """What made a run.

    Attributes:
        commit: Of the source; None outside of a git checkout.
        is_changed: The source differed from that commit.
        versions: By package, "python" included.
        machine: System and processors, in words.
        threads: That torch computes with.
        started: Date and time (UTC) in ISO format.
    """

    commit: str | None
    is_changed: bool
    versions: dict[str, str]
    machine: str
    threads: int
    started: str


def origin_now(threads: int) -> Origin:
    """The origin of runs by this process; to be asked for when its source has just been loaded."""
    commit = _git("rev-parse", "HEAD") if _is_checkout() else None
    changes = _git("status", "--porcelain", "--untracked-files=no") if commit else None
    return Origin(
        commit,
        bool(changes),
        _versions(),
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        threads,
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def digest_of(value: object) -> str:
    """A short digest of plain values: the key of work that they decide."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:24]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's whole content.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(folder: Path) -> str:
    """Digest of a checkpoint: its settings, and of each weight file what `sampled_digest` reads.

    Reading all of a large model would take longer than loading it. Tuning may leave whole tensors
    as they were, those at both ends of a file for one, but changes large matrices all over.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        digest.update(path.name.encode() + path.read_bytes())
    for path in sorted(folder.glob("*.safetensors")):
        for block in _blocks_of(path):
            digest.update(block)
    return digest.hexdigest()[:16]


def sampled_digest(path: Path) -> str:
    """Digest of a file: its name, its size, and all of a small one or blocks all over a large one.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    for block in _blocks_of(path):
        digest.update(block)
    return digest.hexdigest()[:16]


def _blocks_of(path: Path) -> Iterator[bytes]:
    """Name and size of a file, then a block of each stride, then its end."""
    size = path.stat().st_size
    yield f"{path.name} {size}".encode()
    block_bytes = _STRIDE_BYTES if size <= _WHOLE_BYTES else _BLOCK_BYTES
    with path.open("rb") as file:
        for begin in range(0, size, _STRIDE_BYTES):
            file.seek(begin)
            yield file.read(block_bytes)
        file.seek(max(0, size - block_bytes))
        yield file.read()


def _is_checkout() -> bool:
    """Whether the program runs from a git checkout of its own, not from inside another project."""
    top = _git("rev-parse", "--show-toplevel")
    return top is not None and Path(top).resolve() == _ROOT


def _git(*arguments: str) -> str | None:
    """Output of a git command; None where it fails or there is no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(_ROOT), *arguments],  # noqa: S607  (the user's own git)
            capture_output=True,
            check=True,
            text=True,
            timeout=_GIT_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # a source tree need not be installed
            continue
    return versions
