"""What a user runs out of Kibitz's own environment, and how its optional packages get there."""

from __future__ import annotations

import os


def in_environment(program: str) -> str:
    """Where a program lies that came with a package, seen from the folder of Kibitz."""
    return rf".venv\Scripts\{program}" if os.name == "nt" else f".venv/bin/{program}"


def how_to_install(extra: str) -> str:
    """What to do for one of the extras in `pyproject.toml`, in words to go on with."""
    return f'run {in_environment("pip")} install -e ".[{extra}]" in the folder of Kibitz'
