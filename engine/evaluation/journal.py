"""The journal of a suite: finished pieces of work, one a line; what it holds is never done again.

A piece is whatever the suite takes as one: a question, a segment, a whole stream. One that was
killed half-way has left nothing here and is done again from its start.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from engine.errors import EngineError
from engine.json_lines import append_line, cut_incomplete_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

JOURNAL = "journal.jsonl"


class WorkJournal:
    """Finished pieces as plain values by their keys, for one process at a time.

    Raises:
        EngineError: The file cannot be used, another evaluation uses it, or a line is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._pieces = _load(path)
            self._file = path.open("ab")
        except Timeout as error:
            raise EngineError(
                f"another evaluation is writing to {path.parent}; wait for it, or choose another "
                "folder with --out"
            ) from error
        except OSError as error:
            raise EngineError(f"cannot write the journal {path}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        self._lock.release()

    def __contains__(self, key: str) -> bool:
        return key in self._pieces

    def find(self, key: str) -> Mapping[str, Any] | None:
        """The piece with this key, if it is finished."""
        return self._pieces.get(key)

    def add(self, key: str, piece: Mapping[str, Any]) -> None:
        """Keep a piece; it is on the disk when this returns."""
        append_line(self._file, json.dumps({"key": key, **piece}, ensure_ascii=False).encode())
        self._pieces[key] = piece


def _load(path: Path) -> dict[str, Mapping[str, Any]]:
    if not path.exists():
        return {}
    cut_incomplete_line(path)
    pieces: dict[str, Mapping[str, Any]] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            piece: dict[str, Any] = json.loads(line)
            pieces[piece.pop("key")] = piece
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise EngineError(
                f"{path}, line {number}: not a line of this journal; remove the line, and its work "
                "is done again"
            ) from error
    return pieces
