"""The path that stands in the field, also while it is being typed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ui.widgets.path_field import PathField, PathKind

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("", None),
        ("~/film.mp4", Path.home() / "film.mp4"),
        ("~nobody-of-that-name/film.mp4", Path("~nobody-of-that-name/film.mp4")),
    ],
)
def test_home_folders_are_filled_in_where_somebody_has_them(
    qtbot: QtBot, typed: str, path: Path | None
) -> None:
    field = PathField(PathKind.FILE, "Video file")
    qtbot.addWidget(field)
    field.set_text(typed)
    assert field.path == path
