"""The extras that messages name are those that `pyproject.toml` has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from engine.extras import how_to_install

PROJECT = Path(__file__).parents[2]


def test_every_extra_that_a_message_names_can_be_installed() -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    sources = [file for part in ("app", "engine", "ui") for file in (PROJECT / part).rglob("*.py")]
    named = {
        extra
        for file in sources
        for extra in re.findall(r"how_to_install\(['\"](\w+)['\"]\)", file.read_text("utf-8"))
    }
    assert {"asr", "ray", "train", "wayland"} <= named <= set(extras["optional-dependencies"])


@pytest.mark.parametrize(
    ("system", "pip"), [("posix", ".venv/bin/pip"), ("nt", ".venv\\Scripts\\pip")]
)
def test_pip_is_named_as_the_system_has_it(
    monkeypatch: pytest.MonkeyPatch, system: str, pip: str
) -> None:
    monkeypatch.setattr("engine.extras.os.name", system)
    assert how_to_install("train").startswith(f'run {pip} install -e ".[train]"')
