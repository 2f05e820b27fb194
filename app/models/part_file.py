"""The part of a file that has arrived: grows, is checked while it grows, and gets its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.models.manifest import part_path
from app.replacing import take_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from app.models.manifest import ModelFile

_BLOCK_BYTES = 4 * 2**20


class PartFile:
    """Bytes of one file, on the disk and in its checksum alike. To be used in a `with` block.

    What an earlier try left is taken over. Nothing is forced onto the disk: what a crash of the
    whole machine loses, the checksum finds.

    Args:
        folder: Where the file will be.
        file: What it must hold.
        on_checked: Told the number of bytes that were read again for the checksum.
    """

    def __init__(self, folder: Path, file: ModelFile, on_checked: Callable[[int], None]) -> None:
        self._target = folder / file.name
        self._path = part_path(folder, file)
        self._file = file
        self._hasher = file.hasher()
        self._size = 0
        self._on_checked = on_checked

    def __enter__(self) -> PartFile:
        self._stream = self._path.open("a+b")
        try:
            self._take_over()
        except OSError:
            self._stream.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.close()

    @property
    def size(self) -> int:
        """Bytes that have arrived."""
        return self._size

    @property
    def is_full(self) -> bool:
        """All bytes are there; whether they are right, `finish` says."""
        return self._size == self._file.size

    def append(self, block: bytes) -> None:
        """Add the next bytes."""
        self._stream.write(block)
        self._hasher.update(block)
        self._size += len(block)

    def restart(self) -> None:
        """Drop everything."""
        self._stream.seek(0)
        self._stream.truncate()
        self._hasher = self._file.hasher()
        self._size = 0

    def finish(self) -> bool:
        """Give the file its name; False where the checksum is wrong, and then all is dropped."""
        if not self.is_full or self._hasher.hexdigest() != self._file.digest:
            self.restart()
            return False
        self._stream.close()  # an open file cannot be renamed on Windows
        take_place(self._path, self._target)
        return True

    def _take_over(self) -> None:
        """Put what is there into the checksum."""
        there = os.fstat(self._stream.fileno()).st_size
        if there > self._file.size:
            self.restart()
            return
        self._stream.seek(0)
        while block := self._stream.read(min(_BLOCK_BYTES, there - self._size)):
            self._hasher.update(block)
            self._size += len(block)
            self._on_checked(len(block))
