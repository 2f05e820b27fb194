"""How a user adds the packages that only some of the program needs."""

from __future__ import annotations

import os


def how_to_install(extra: str) -> str:
    """What to do for one of the extras in `pyproject.toml`, in words to go on with."""
    pip = r".venv\Scripts\pip" if os.name == "nt" else ".venv/bin/pip"
    return f'run {pip} install -e ".[{extra}]" in the folder of Kibitz'
