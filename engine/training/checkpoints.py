"""Which checkpoint of an interrupted run to go on from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PREFIX = "checkpoint-"
_STATE = "trainer_state.json"


def last_complete_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint in a run's folder that was written to its end, None without one.

    A run may be killed while it writes. Its state is what a checkpoint is given last, so one that
    holds a whole state is whole itself.
    """
    steps = sorted(_steps(folder), reverse=True)
    candidates = (folder / f"{_PREFIX}{step}" for step in steps)
    return next((path for path in candidates if _is_complete(path)), None)


def _steps(folder: Path) -> list[int]:
    names = [path.name.removeprefix(_PREFIX) for path in folder.glob(f"{_PREFIX}*")]
    return [int(name) for name in names if name.isdecimal()]


def _is_complete(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / _STATE).read_bytes())
    except (OSError, ValueError):
        return False
    return True
