"""Matches played by several workers are the matches that one plays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.evaluation.journal import JOURNAL
from engine.evaluation.match.settings import MatchSettings
from engine.evaluation.match.suite import evaluate

if TYPE_CHECKING:
    from pathlib import Path


def quiet(_message: str) -> None:
    """Hear nothing."""


def test_two_workers_play_what_one_plays(small_folder: Path, tmp_path: Path) -> None:
    one = MatchSettings((str(small_folder),), ("streaming",), (1, 2), 3, tmp_path / "one", 1)
    two = replace(one, out=tmp_path / "two", workers=2)

    def said(settings: MatchSettings) -> dict[str, list[str]]:
        evaluate(settings, quiet)
        lines = (settings.out / JOURNAL).read_text().splitlines()
        return {entry["key"]: entry["texts"] for entry in map(json.loads, lines)}

    assert len(said(one)) == 2
    assert said(one) == said(two)
