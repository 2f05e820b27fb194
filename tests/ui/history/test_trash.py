from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.errors import TranscriptError
from ui.history.trash import Discarded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("platform", "is_finder_named"), [("darwin", True), ("linux", False)])
def test_what_the_trash_does_not_give_back_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, is_finder_named: bool
) -> None:
    discarded = Discarded(((tmp_path / "game.jsonl", tmp_path / "trash" / "game.jsonl"),))
    monkeypatch.setattr("sys.platform", platform)
    with pytest.raises(TranscriptError, match="could not be taken out of the trash") as told:
        discarded.restore()
    assert ("Put it back in Finder." in str(told.value)) == is_finder_named
