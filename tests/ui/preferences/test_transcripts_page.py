from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLineEdit

from app.transcripts.formats import TranscriptFormat
from app.transcripts.settings import TranscriptSettings
from ui.preferences.transcripts_page import TranscriptsPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore


@pytest.fixture
def page(qtbot: QtBot, settings: SettingsStore) -> TranscriptsPage:
    page = TranscriptsPage(settings)
    qtbot.addWidget(page)
    page.show()
    return page


def test_changes_are_kept_at_once_and_shown_again(
    qtbot: QtBot, page: TranscriptsPage, settings: SettingsStore, tmp_path: Path
) -> None:
    page.key_frame_px.setValue(320)
    page.has_autosave.setChecked(True)
    page.folder.set_path(tmp_path)
    page.formats.set_formats([TranscriptFormat.VTT, TranscriptFormat.MARKDOWN])
    page.name.set_template("{date} {title}")
    kept = TranscriptSettings(
        key_frame_px=320,
        name="{date} {title}",
        has_autosave=True,
        autosave_folder=str(tmp_path),
        formats=(TranscriptFormat.VTT, TranscriptFormat.MARKDOWN),
    )
    assert settings.get(TranscriptSettings) == kept
    again = TranscriptsPage(settings)
    qtbot.addWidget(again)
    assert again.formats.formats == kept.formats
    assert again.folder.path == tmp_path
    assert again.name.template == kept.name


def test_a_folder_may_be_half_typed(page: TranscriptsPage, settings: SettingsStore) -> None:
    page.has_autosave.setChecked(True)
    page.folder.set_text("~bob.is.not.here/talks")
    assert settings.get(TranscriptSettings).autosave_folder == "~bob.is.not.here/talks"


def test_a_template_that_is_not_valid_is_explained_and_not_kept(
    qtbot: QtBot, page: TranscriptsPage, settings: SettingsStore
) -> None:
    line = page.name.findChild(QLineEdit)
    assert line is not None
    line.clear()
    qtbot.keyClicks(line, "{sauce")
    assert "brace" in page.name.preview
    qtbot.keyClicks(line, "}")
    assert "{sauce} stands for nothing" in page.name.preview
    assert settings.get(TranscriptSettings).name == TranscriptSettings().name


def test_what_is_off_cannot_be_changed(page: TranscriptsPage) -> None:
    assert not page.folder.isEnabled()
    page.has_autosave.setChecked(True)
    assert page.folder.isEnabled()
    page.has_key_frames.setChecked(False)
    assert not page.key_frame_px.isEnabled()
