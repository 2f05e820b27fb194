"""The transcript of the running session: kept, marked, edited and looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.capture.specs import MatchSpec
from app.session.messages import JournalOpened, KeyFrameKept
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import Journal, read_journal
from app.transcripts.key_frames import key_frame_folder
from app.transcripts.notes import read_notes, read_transcript
from app.transcripts.settings import TranscriptSettings
from tests.app.transcripts.making import header, line
from tests.ui.scripted import run, spoken
from tests.ui.transcript.making import paint_key_frames
from ui.transcript.moment_window import MomentWindow
from ui.transcript.view import TranscriptView

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow


@pytest.fixture
def journal(qtbot: QtBot, window: MainWindow, theatre: Theatre, tmp_path: Path) -> Path:
    """The journal of a session that runs in the window and has said two lines."""
    run(window, qtbot)
    with Journal(tmp_path, header()) as journal:
        theatre.session.say(JournalOpened(journal.path))
        for index, text in enumerate(("Kick off.", "Goal!")):
            journal.append(line(index, text))
            theatre.session.say(spoken(index, text))
    qtbot.waitUntil(lambda: window.transcript.rowCount() == 2, timeout=5000)
    return journal.path


def view_of(window: MainWindow) -> TranscriptView:
    view = window.side.findChild(TranscriptView)
    assert view is not None
    return view


def test_a_highlight_is_marked_while_the_session_runs_and_undone(
    window: MainWindow, journal: Path
) -> None:
    window.deeds.mark_highlight.trigger()
    assert read_notes(journal).highlights == {1}
    window.deeds.by_key["undo"].trigger()
    assert read_notes(journal).highlights == set()
    assert not window.deeds.by_key["undo"].isEnabled()
    window.deeds.by_key["redo"].trigger()
    assert read_notes(journal).highlights == {1}


def test_nothing_can_be_marked_before_something_was_kept(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    assert not window.deeds.mark_highlight.isEnabled()
    run(window, qtbot)
    theatre.session.say(spoken(0, "Kick off."))
    qtbot.waitUntil(lambda: window.transcript.rowCount() == 1, timeout=5000)
    assert not window.deeds.mark_highlight.isEnabled()


def test_edits_reach_the_saved_file(
    qtbot: QtBot, window: MainWindow, journal: Path, tmp_path: Path
) -> None:
    from app.transcripts.export import parse
    from ui.saving import SaveDialog

    view = view_of(window)
    view.model().setData(view.model().index(1, 1), "What a goal!")
    assert [line.text for line in read_transcript(journal).lines] == ["Kick off.", "What a goal!"]
    assert [line.text for line in read_journal(journal).lines] == ["Kick off.", "Goal!"]
    window.deeds.save_as.trigger()
    dialog = window.findChild(SaveDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "mine.txt"))
    dialog.close()
    qtbot.waitUntil(lambda: "Saved" in window.status_line.currentMessage(), timeout=10_000)
    cues = parse((tmp_path / "mine.txt").read_text("utf-8"), TranscriptFormat.TXT)
    assert [cue.text for cue in cues] == ["Kick off.", "What a goal!"]


def test_key_frames_come_with_the_lines(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, journal: Path
) -> None:
    paint_key_frames(journal, 2)
    theatre.session.say(KeyFrameKept(0))
    qtbot.waitUntil(lambda: window.transcript.has_key_frames, timeout=5000)
    picture = window.transcript.key_frame(1)
    assert picture is not None
    assert picture.parent == key_frame_folder(journal)


def test_a_line_opens_its_moment_beside_the_session(
    qtbot: QtBot, window: MainWindow, journal: Path, application: QApplication
) -> None:
    view_of(window).moment_asked.emit(1)
    (moments,) = [w for w in application.topLevelWidgets() if isinstance(w, MomentWindow)]
    assert moments.isVisible()
    assert moments.player.caption.text() == "Goal!"
    qtbot.waitUntil(lambda: not moments.player.video.image.isNull(), timeout=10_000)
    assert window.commentary.is_active
    assert journal.exists()


def test_sessions_are_asked_for_key_frames_and_exports_as_chosen(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, settings: SettingsStore, tmp_path: Path
) -> None:
    settings.put(TranscriptSettings(has_autosave=True, autosave_folder=str(tmp_path)))
    run(window, qtbot)
    request = theatre.session.request
    assert request.key_frame_px == TranscriptSettings().key_frame_px
    assert request.autosave is not None
    assert (request.autosave.folder, request.autosave.formats) == (
        tmp_path,
        (TranscriptFormat.SRT,),
    )
    settings.put(TranscriptSettings(has_key_frames=False))
    window.watch(MatchSpec(2))
    qtbot.waitUntil(lambda: len(theatre.sessions) == 2, timeout=5000)
    assert theatre.session.request.key_frame_px == 0
    assert theatre.session.request.autosave is None
