"""What a model's folder is to hold: kept beside the files, so that a download can go on later."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from app.plain import MisfitError, from_plain, to_plain
from app.replacing import replacing

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

MANIFEST_NAME = "kibitz-download.json"
LOCK_NAME = "kibitz-download.lock"
_PART_SUFFIX = ".part"
_DIGEST_LENGTH = 12  # of a digest, in the name of a part
_PART = re.compile(rf"(?P<name>.+)\.[0-9a-f]{{{_DIGEST_LENGTH}}}{re.escape(_PART_SUFFIX)}")


class Hasher(Protocol):
    """What of `hashlib` is used."""

    def update(self, block: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model.

    Attributes:
        name: Without a folder.
        digest: Hexadecimal.
        algorithm: "sha256" of the content, or "git-sha1", git's own name for the content.
    """

    name: str
    size: int
    digest: str
    algorithm: Literal["sha256", "git-sha1"]

    def hasher(self) -> Hasher:
        """Takes the content, and then gives `digest` if it is the right one."""
        if self.algorithm == "sha256":
            return hashlib.sha256()
        return hashlib.sha1(f"blob {self.size}\0".encode(), usedforsecurity=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one version of a model on the hub."""

    hub_id: str
    commit: str
    licence: str | None
    files: tuple[ModelFile, ...]

    @property
    def total_bytes(self) -> int:
        """Size of all files together."""
        return sum(file.size for file in self.files)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where it has none that can be read."""
    try:
        content = (folder / MANIFEST_NAME).read_bytes()
    except OSError:
        return None
    try:
        return from_plain(Manifest, json.loads(content))
    except (ValueError, MisfitError):
        logger.warning("the manifest of %s is damaged; it will be fetched again", folder)
        return None


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Keep `manifest`, so that a reader finds the old one or the new one, never half of one."""
    new = folder / f"{MANIFEST_NAME}.new"
    with replacing(folder / MANIFEST_NAME, new):
        new.write_text(json.dumps(to_plain(manifest), indent=1), encoding="utf-8")


def part_path(folder: Path, file: ModelFile) -> Path:
    """Where the bytes of a file wait until all are there.

    The name holds the digest, so that bytes of different versions never come together.
    """
    return folder / f"{file.name}.{file.digest[:_DIGEST_LENGTH]}{_PART_SUFFIX}"


def is_there(folder: Path, file: ModelFile) -> bool:
    """Whether a file is complete; only what was checked ever gets its name."""
    return _size(folder / file.name) == file.size


def arrived_bytes(folder: Path, manifest: Manifest) -> int:
    """Bytes that need not be fetched any more."""
    return sum(
        file.size if is_there(folder, file) else (_size(part_path(folder, file)) or 0)
        for file in manifest.files
    )


def adopt(folder: Path, old: Manifest | None, new: Manifest) -> None:
    """Make a folder, which may hold another version of the model, ready for `new`.

    Files of `old` that are not in `new` go, and so do parts of other versions. Files that nobody
    vouches for, since they were copied there, become parts, so that they are checked before they
    are taken. What belongs to other programs stays.
    """
    known = () if old is None else old.files
    for file in known:
        if file not in new.files:
            (folder / file.name).unlink(missing_ok=True)
    for file in new.files:
        if file not in known and is_there(folder, file):
            (folder / file.name).replace(part_path(folder, file))
    _drop_parts(folder, {file.name for file in (*known, *new.files)}, new)


def _drop_parts(folder: Path, names: set[str], new: Manifest) -> None:
    """Delete the parts of files of these names that are not of `new`."""
    wanted = {part_path(folder, file) for file in new.files}
    for path in folder.glob(f"*{_PART_SUFFIX}"):
        found = _PART.fullmatch(path.name)
        if found and found["name"] in names and path not in wanted:
            path.unlink()


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
