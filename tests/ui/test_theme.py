from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox

from ui.theme import DARK, LIGHT, Theme, style_sheet, system_theme

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

READABLE = 4.5  # the contrast that WCAG 2 asks for in text
DISCERNIBLE = 3.0  # and in large text and the edges of controls


@pytest.mark.parametrize(
    ("scheme", "desktop", "theme"),
    [
        (Qt.ColorScheme.Dark, "#ffffff", DARK),
        (Qt.ColorScheme.Light, "#000000", LIGHT),
        (Qt.ColorScheme.Unknown, "#202020", DARK),
        (Qt.ColorScheme.Unknown, "#efefef", LIGHT),
    ],
)
def test_the_system_says_light_or_dark_or_shows_it_by_its_windows(
    scheme: Qt.ColorScheme, desktop: str, theme: Theme
) -> None:
    assert system_theme(scheme, QColor(desktop)) is theme


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(theme: Theme) -> None:
    grounds = (theme.window, theme.panel, theme.raised, theme.field, theme.hover, theme.selected)
    assert min(contrast(theme.text, ground) for ground in grounds) >= READABLE
    assert min(contrast(theme.muted, ground) for ground in grounds[:4]) >= READABLE
    assert contrast(theme.on_accent, theme.accent) >= DISCERNIBLE
    assert contrast(theme.accent, theme.window) >= DISCERNIBLE


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_boxes_and_handles_can_be_told_from_their_ground(theme: Theme) -> None:
    grounds = (theme.window, theme.panel, theme.field)
    assert min(contrast(theme.edge, ground) for ground in grounds) >= DISCERNIBLE


@pytest.mark.parametrize("name", ["Jörg", "O'Brien", "a&b", "a%b", "100$", "new (2)"])
def test_the_style_holds_in_a_folder_of_any_name(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    usual = Path(str(files("assets")))
    for part in ("style", "icons"):
        shutil.copytree(usual / part, tmp_path / name / part)
    assert drawn_with(qtbot, style_sheet(DARK, tmp_path / name)) == drawn_with(
        qtbot, style_sheet(DARK, usual)
    )


def drawn_with(qtbot: QtBot, sheet: str) -> QImage:
    """A control with a picture; Qt warns, and draws it as without a sheet, where it reads none."""
    box = QComboBox()
    qtbot.addWidget(box)
    box.setStyleSheet(sheet)
    box.resize(120, 32)
    return box.grab().toImage()


def contrast(first: str, second: str) -> float:
    """The ratio of two colours' luminances, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((luminance(QColor(first)), luminance(QColor(second))))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
