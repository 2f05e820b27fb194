"""The journal of a match evaluation: finished runs, one a line; what it holds is never run again.

A run that was killed half-way has left nothing here and is played again from its start: what a
stream holds then depends on every round before, so there is nothing to go on from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from engine.errors import EngineError
from engine.evaluation.match.runs import FinishedRun, run_from_json, run_to_json
from engine.json_lines import append_line, cut_incomplete_line

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self


class RunJournal:
    """Finished runs by the key of their request, for one process at a time.

    Raises:
        EngineError: The file cannot be used, another evaluation uses it, or a line is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._runs = _load(path)
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

    def find(self, key: str) -> FinishedRun | None:
        """The run with this key, if it is finished."""
        return self._runs.get(key)

    def add(self, run: FinishedRun) -> None:
        """Keep a run; it is on the disk when this returns."""
        append_line(self._file, json.dumps(run_to_json(run)).encode())
        self._runs[run.request.key] = run


def _load(path: Path) -> dict[str, FinishedRun]:
    if not path.exists():
        return {}
    cut_incomplete_line(path)
    runs: dict[str, FinishedRun] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            run = run_from_json(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(
                f"{path}, line {number}: not a run of this version; remove the line, and the run "
                "is made again"
            ) from error
        runs[run.request.key] = run
    return runs
