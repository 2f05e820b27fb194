"""The journal of a match evaluation: finished runs, one a line; what it holds is never run again.

A run that was killed half-way has left nothing here and is played again from its start: what a
stream holds then depends on every round before, so there is nothing to go on from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from engine.evaluation.journal import Journal
from engine.evaluation.match.runs import FinishedRun, run_from_json, run_to_json

if TYPE_CHECKING:
    from pathlib import Path


class RunJournal(Journal[FinishedRun]):
    """Finished runs by the key of their request."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            _key_and_run,
            "not a run of this version; remove the line, and the run is made again",
        )

    def add(self, run: FinishedRun) -> None:
        """Keep a run; it is on the disk when this returns."""
        self._keep(run.request.key, run, json.dumps(run_to_json(run)))


def _key_and_run(value: Any) -> tuple[str, FinishedRun]:
    run = run_from_json(value)
    return run.request.key, run
