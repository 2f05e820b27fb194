"""Past sessions are found, read, mended, exported, deleted and put back in their window."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.history.index import HistoryIndex
from app.settings.store import SettingsStore
from app.transcripts.cues import cues_of
from app.transcripts.export import parse
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import Journal
from app.transcripts.key_frames import key_frame_folder
from app.transcripts.notes import read_transcript, take_notes
from app.transcripts.records import HighlightNote, TextNote
from tests.app.transcripts.making import STARTED_AT, header, line, write_journal
from tests.ui.transcript.making import paint_key_frames
from ui.history.library import HistoryLibrary
from ui.history.window import HistoryWindow
from ui.transcript.model import TEXT
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

FINAL = ("Kick-off.", "A pass.", "Goal for the Falcons!", "What a goal.")
RAIN = ("Rain in Paris.", "An umbrella.")


@pytest.fixture
def final(tmp_path: Path) -> Path:
    """A session with key frames."""
    journal = write_journal(tmp_path / "kept", *FINAL, started_at=STARTED_AT + 60)
    paint_key_frames(journal, 2)
    return journal


@pytest.fixture
def library(tmp_path: Path) -> Iterator[HistoryLibrary]:
    """What the window asks of the disk."""
    library = HistoryLibrary(HistoryIndex(tmp_path / "kept", tmp_path / "index.sqlite3"))
    yield library
    library.close()


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, final: Path, library: HistoryLibrary
) -> Iterator[HistoryWindow]:
    """The window on two sessions, the newer one open."""
    write_journal(tmp_path / "kept", *RAIN, source="/films/rain.mp4")
    window = HistoryWindow(library, SettingsStore(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.details.journal == final, timeout=10_000)
    yield window
    window.close()


def names(window: HistoryWindow) -> list[str]:
    return [entry.name for entry in window.sessions.sessions.entries]


def texts(window: HistoryWindow) -> list[str]:
    return [line.text for line in window.details.model.lines]


def search(qtbot: QtBot, window: HistoryWindow, words: str, expected: list[str]) -> None:
    window.search.clear()
    qtbot.keyClicks(window.search, words)
    qtbot.waitUntil(lambda: names(window) == expected, timeout=10_000)


def test_sessions_are_listed_and_the_newest_is_open(window: HistoryWindow) -> None:
    assert names(window) == ["match:3", "rain.mp4"]
    assert texts(window) == list(FINAL)
    spoken = window.sessions.sessions.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "4 lines" in spoken


def test_a_search_finds_sessions_and_steps_through_the_hits(
    qtbot: QtBot, window: HistoryWindow
) -> None:
    search(qtbot, window, "umbrella", ["rain.mp4"])
    qtbot.waitUntil(lambda: texts(window) == list(RAIN), timeout=10_000)
    search(qtbot, window, "goal", ["match:3"])
    qtbot.waitUntil(lambda: window.details.view.selected_rows == [2], timeout=10_000)
    window.details.acts.next_hit.trigger()
    assert window.details.view.selected_rows == [3]
    window.details.acts.next_hit.trigger()
    assert window.details.view.selected_rows == [2]
    search(qtbot, window, "elephant", [])
    qtbot.waitUntil(lambda: texts(window) == [], timeout=10_000)
    assert not window.details.acts.delete.isEnabled()


def test_deleting_goes_to_the_trash_and_can_be_undone(
    qtbot: QtBot, window: HistoryWindow, final: Path, user_folders: Path
) -> None:
    (user_folders / "data").mkdir(exist_ok=True)  # every desktop has it; the trash is in there
    take_notes(final, HighlightNote(0, True))
    before = sorted(path.name for path in final.parent.iterdir() if path.name[0] != ".")
    window.details.acts.delete.trigger()
    assert window.notice.level is NoticeLevel.INFO, window.notice.text
    qtbot.waitUntil(lambda: names(window) == ["rain.mp4"], timeout=10_000)
    assert not final.exists()
    assert not key_frame_folder(final).exists()
    assert window.notice.action is not None
    window.notice.action.trigger()
    qtbot.waitUntil(lambda: names(window) == ["match:3", "rain.mp4"], timeout=10_000)
    after = sorted(path.name for path in final.parent.iterdir() if path.name[0] != ".")
    assert after == before


@contextmanager
def open_while_it_runs(qtbot: QtBot, window: HistoryWindow, tmp_path: Path) -> Generator[Journal]:
    """A session that is still written and stands in the window."""
    with Journal(tmp_path / "kept", header("match:9", started_at=STARTED_AT + 120)) as journal:
        journal.append(line(0, "Kick-off."))
        window.refresh()
        qtbot.waitUntil(lambda: "match:9" in names(window), timeout=10_000)
        window.sessions.setCurrentIndex(window.sessions.sessions.index(0))
        qtbot.waitUntil(lambda: window.details.journal == journal.path, timeout=10_000)
        yield journal


def test_a_session_that_runs_is_not_deleted(
    qtbot: QtBot, window: HistoryWindow, tmp_path: Path
) -> None:
    with open_while_it_runs(qtbot, window, tmp_path) as journal:
        window.delete()
        assert window.notice.level is NoticeLevel.WARNING
        assert "still runs" in window.notice.text
        assert journal.path.exists()


def test_a_new_name_is_listed(qtbot: QtBot, window: HistoryWindow) -> None:
    dialog = window.rename()
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.setText("The great final")
    dialog.accept()
    qtbot.waitUntil(lambda: names(window) == ["The great final", "rain.mp4"], timeout=10_000)
    search(qtbot, window, "great", ["The great final"])


def test_times_are_shifted_and_stretched(window: HistoryWindow, final: Path) -> None:
    dialog = window.repair_times()
    dialog.shift_s.setValue(2.5)
    dialog.accept()
    assert [line.start_s for line in read_transcript(final).lines] == [2.5, 3.5, 4.5, 5.5]
    dialog = window.repair_times()
    dialog.stretches.setChecked(True)
    dialog.first_s.setValue(0.0)
    dialog.last_s.setValue(6.0)
    dialog.accept()
    assert [line.start_s for line in read_transcript(final).lines] == [0.0, 2.0, 4.0, 6.0]
    window.details.acts.undo.trigger()
    window.details.acts.undo.trigger()
    assert [line.start_s for line in read_transcript(final).lines] == [0.0, 1.0, 2.0, 3.0]


def test_impossible_times_are_explained_and_not_taken(window: HistoryWindow) -> None:
    dialog = window.repair_times()
    dialog.stretches.setChecked(True)
    dialog.first_s.setValue(9.0)
    dialog.last_s.setValue(3.0)
    assert "later one" in dialog.preview.text()
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.reject()


def test_exports_hold_edits_and_are_named_by_the_template(
    qtbot: QtBot, window: HistoryWindow, final: Path, tmp_path: Path
) -> None:
    window.details.editor.reword(0, "The match begins.")
    dialog = window.export()
    dialog.folder.set_path(tmp_path / "out")
    dialog.name.set_template("{source} of {nobody}")
    assert "stands for nothing" in dialog.name.preview
    dialog.name.set_template("{source} as told")
    assert "match_3 as told" in dialog.name.preview
    dialog.formats.set_formats([TranscriptFormat.VTT, TranscriptFormat.MARKDOWN])
    dialog.accept()
    qtbot.waitUntil(lambda: "Exported" in window.notice.text, timeout=10_000)
    for format_ in (TranscriptFormat.VTT, TranscriptFormat.MARKDOWN):
        written = (tmp_path / "out" / f"match_3 as told.{format_.value}").read_text("utf-8")
        assert parse(written, format_) == cues_of(read_transcript(final).lines)
        assert parse(written, format_)[0].text == "The match begins."
    assert len(list((tmp_path / "out" / "match_3 as told_frames").iterdir())) == 2


def test_an_export_needs_a_folder_and_a_format(window: HistoryWindow) -> None:
    dialog = window.export()
    button = next(b for b in dialog.buttons.buttons() if "Export" in b.text())
    assert button.isEnabled()
    dialog.formats.set_formats([])
    assert not button.isEnabled()
    dialog.formats.set_formats([TranscriptFormat.TXT])
    dialog.folder.set_text("")
    assert not button.isEnabled()
    dialog.reject()


def test_a_folder_that_cannot_be_written_is_said(
    qtbot: QtBot, window: HistoryWindow, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    dialog = window.export()
    dialog.folder.set_path(tmp_path / "file" / "below")
    dialog.accept()
    qtbot.waitUntil(window.notice.isVisible, timeout=10_000)
    assert "cannot be written" in window.notice.text


def test_a_damaged_journal_is_named(qtbot: QtBot, window: HistoryWindow, tmp_path: Path) -> None:
    (tmp_path / "kept" / "broken.jsonl").write_text("nonsense\n", "utf-8")
    window.refresh()
    qtbot.waitUntil(lambda: "broken" in names(window), timeout=10_000)
    row = names(window).index("broken")
    window.sessions.setCurrentIndex(window.sessions.sessions.index(row))
    qtbot.waitUntil(lambda: "line 1" in window.notice.text, timeout=10_000)
    assert texts(window) == []


def test_a_line_opens_its_moment_above_the_lines(qtbot: QtBot, window: HistoryWindow) -> None:
    assert not window.details.player.isVisible()
    window.details.view.selectRow(1)
    qtbot.keyClick(window.details.view, Qt.Key.Key_Return)
    assert window.details.player.isVisible()
    assert window.details.player.caption.text() == "A pass."
    qtbot.waitUntil(lambda: not window.details.player.video.image.isNull(), timeout=10_000)


def test_notes_taken_elsewhere_are_read_again(window: HistoryWindow, final: Path) -> None:
    take_notes(final, TextNote(1, "A cross."))
    window.details.model.refresh_notes()
    assert window.details.model.index(1, TEXT).data() == "A cross."


def test_a_refresh_leaves_the_open_session_as_it_is(
    qtbot: QtBot, window: HistoryWindow, library: HistoryLibrary
) -> None:
    details = window.details
    details.editor.reword(0, "The match begins.")
    details.view.edit(details.model.index(1, TEXT))
    cell = details.view.findChild(QPlainTextEdit)
    assert cell is not None
    cell.setPlainText("Half a sen")
    with qtbot.waitSignal(library.opened, timeout=10_000):
        window.refresh()
    assert details.view.findChild(QPlainTextEdit) is cell
    details.acts.undo.trigger()
    assert texts(window) == list(FINAL)


def test_a_refresh_adds_the_lines_of_a_session_that_goes_on(
    qtbot: QtBot, window: HistoryWindow, tmp_path: Path
) -> None:
    with open_while_it_runs(qtbot, window, tmp_path) as journal:
        window.details.editor.reword(0, "It begins.")
        journal.append(line(1, "A pass."))
        window.refresh()
        qtbot.waitUntil(lambda: texts(window) == ["It begins.", "A pass."], timeout=10_000)
        assert window.details.acts.undo.isEnabled()


def test_pictures_that_come_while_a_session_runs_are_shown(
    qtbot: QtBot, window: HistoryWindow, tmp_path: Path
) -> None:
    model = window.details.model
    with open_while_it_runs(qtbot, window, tmp_path) as journal:
        assert model.key_frame(0) is None
        paint_key_frames(journal.path, 1)
        with qtbot.waitSignal(model.key_frames_came, timeout=10_000):
            window.refresh()
        picture = model.key_frame(0)
        assert picture is not None
        assert picture.is_file()
        with qtbot.assertNotEmitted(model.key_frames_came):
            model.refresh_notes()


def test_escape_closes(qtbot: QtBot, window: HistoryWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_a_list_that_comes_after_the_end_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    journal = write_journal(tmp_path / "kept", *RAIN)
    library = HistoryLibrary(HistoryIndex(tmp_path / "kept", tmp_path / "index.sqlite3"))
    library.close()
    with qtbot.assertNotEmitted(library.opened, wait=100):
        library.open(journal, "")
