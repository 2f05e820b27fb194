"""What every suite's command says, and what it asks of the machine first."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from engine.errors import EngineError


def say(message: str) -> None:
    """Tell whoever waits at the terminal; the results go to files."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201  (the command's own voice)


def require_plots() -> None:
    """Make sure that plots can be drawn, before hours of work and not after them.

    Raises:
        EngineError: They cannot.
    """
    if find_spec("matplotlib") is None:
        raise EngineError("the plots need the package matplotlib: pip install kibitz[train]")
