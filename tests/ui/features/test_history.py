"""What was cut off is recovered when the window opens, and every session is in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from app.paths import journal_folder
from app.transcripts.journal import read_journal, unfinished_journals
from app.transcripts.records import TextNote
from tests.app.transcripts.making import write_journal
from tests.ui.scripted import Theatre
from ui.features.history import HistoryFeature
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Folders without the sessions that other tests leave behind."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def torn() -> Iterator[Path]:
    """A journal that broke off in the user's own folder."""
    journal = write_journal(journal_folder(), "Kick-off.", "Goal!", "Half-time.")
    journal.write_bytes(journal.read_bytes()[:-30])
    yield journal
    journal.unlink(missing_ok=True)


def history_of(window: MainWindow) -> HistoryFeature:
    (found,) = [one for one in window.features if isinstance(one, HistoryFeature)]
    return found


def test_what_broke_off_is_recovered_and_said_and_opened(
    qtbot: QtBot, settings: SettingsStore, torn: Path
) -> None:
    window = MainWindow(Theatre(), settings)
    window.show()
    qtbot.waitUntil(lambda: "recovered" in window.notice.text, timeout=10_000)
    assert "1 session with 3 lines" in window.notice.text
    assert unfinished_journals(journal_folder()) == ()
    end = read_journal(torn).end
    assert end is not None
    assert end.reason == "recovered"
    assert window.notice.action is not None
    window.notice.action.trigger()
    history = history_of(window).window
    assert history is not None
    qtbot.waitUntil(lambda: history.details.journal is not None, timeout=10_000)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    assert not history.isVisible()
    window.deleteLater()


def test_an_address_that_is_looked_at_again_is_named(qtbot: QtBot, window: MainWindow) -> None:
    address = "http://0.0.0.0:9/game.mp4"  # no loopback by its number, and refused at once
    journal = write_journal(journal_folder(), "Kick-off.", source=address)
    window.deeds.by_key["history"].trigger()
    history = history_of(window).window
    assert history is not None
    qtbot.waitUntil(lambda: history.details.journal == journal, timeout=10_000)

    def is_named() -> bool:
        labels = window.status_line.findChildren(QLabel)
        return any(label.text() == "Connects to 0.0.0.0" for label in labels)

    history.details.show_moment(0)
    assert is_named()
    history.close()
    assert not is_named()
    journal.unlink()


def test_what_changes_in_the_history_changes_in_the_window(
    qtbot: QtBot, window: MainWindow
) -> None:
    journal = write_journal(journal_folder(), "Kick-off.", "Goal!")
    kept = read_journal(journal)
    feature = history_of(window)
    window.deeds.by_key["history"].trigger()
    history = feature.window
    assert history is not None
    qtbot.waitUntil(lambda: history.details.journal == journal, timeout=10_000)
    for spoken in kept.lines:
        window.transcript.append(spoken)
    window.transcript.keep_in(journal)
    history.details.editor.take(TextNote(1, "Offside."))
    assert [line.text for line in window.transcript.lines] == ["Kick-off.", "Offside."]
    journal.unlink()
