from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)

from app.capture.specs import FileSpec, MatchSpec, UrlSpec
from app.session.messages import (
    ChunksDropped,
    MetersUpdated,
    SessionFailed,
    StateChanged,
    TextArrived,
)
from app.session.state import SessionState
from app.transcripts.export import parse
from engine.events import CacheUse, ModelProgress, RoundTiming
from tests.ui.scripted import INFO, opening, picture, run, spoken
from ui.saving import SaveDialog, format_filters
from ui.transcript.view import TranscriptView
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.transcripts.formats import TranscriptFormat
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow


def button(window: QWidget, name: str) -> QAbstractButton:
    """The button that a screen reader would call `name`."""
    for found in window.findChildren(QPushButton):
        if name in (found.accessibleName(), found.text().replace("&", "").strip()):
            return found
    pytest.fail(f"no button is called {name!r}")


def test_one_click_on_the_first_screen_starts_the_match(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    assert window.stage.is_inviting
    qtbot.mouseClick(button(window, "Watch the built-in match"), Qt.MouseButton.LeftButton)
    assert theatre.session.request.source == MatchSpec(0)
    assert theatre.session.request.model == "bundled"
    qtbot.waitUntil(lambda: INFO.label in window.windowTitle(), timeout=5000)


def test_pause_resume_and_stop_follow_the_session(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    deeds = window.deeds
    assert (deeds.start.isEnabled(), deeds.pause.isEnabled(), deeds.stop.isEnabled()) == (
        True,
        False,
        False,
    )
    run(window, qtbot)
    assert not button(window, "Start").isEnabled()
    qtbot.mouseClick(button(window, "Pause"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: deeds.pause.iconText() == "Resume", timeout=5000)
    assert "Paused" in window.status_line.state_text
    qtbot.mouseClick(button(window, "Resume"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.commentary.state is SessionState.RUNNING, timeout=5000)
    qtbot.mouseClick(button(window, "Stop"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.commentary.is_active, timeout=5000)
    assert theatre.session.wishes == ["start", "pause", "resume", "stop"]
    assert button(window, "Start").isEnabled()
    assert "Stopped" in window.status_line.state_text


def test_pictures_subtitles_and_figures_are_shown(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    run(window, qtbot)
    session = theatre.session
    session.say(picture(200))
    session.say(TextArrived(0, " Kick"))
    session.say(TextArrived(0, " off."))
    session.say(spoken(0, "Kick off."))
    qtbot.waitUntil(lambda: window.stage.subtitle.text == "Kick off.", timeout=5000)
    assert window.stage.video.isVisible()
    assert window.stage.video.image.pixelColor(0, 0).red() == 200
    session.say(ChunksDropped(3))
    use = CacheUse(1, 1, 1, 1, None, 1)
    session.say(MetersUpdated(4, 4, 0, RoundTiming(decode_s=0.12), use, 0.5))
    qtbot.waitUntil(lambda: "0.5 s" in window.status_line.latency_text, timeout=5000)
    assert "3" in window.status_line.dropped_text
    assert [line.text for line in window.transcript.lines] == ["Kick off."]


def test_what_the_model_loads_is_said(qtbot: QtBot, window: MainWindow, theatre: Theatre) -> None:
    theatre.script = (*opening()[:2], ModelProgress("Reading shard 2 of 4", 0.5))
    window.start()
    qtbot.waitUntil(lambda: window.stage.waiting_text == "Reading shard 2 of 4", timeout=5000)
    assert not window.stage.is_inviting


def test_a_failure_is_a_banner_and_the_lines_stay(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    run(window, qtbot)
    theatre.session.say(spoken(0, "Kick off."))
    theatre.session.say(StateChanged(SessionState.FAILED))
    theatre.session.say(SessionFailed("The camera was unplugged; plug it in and start again."))
    theatre.session.end()
    qtbot.waitUntil(lambda: not window.commentary.is_active, timeout=5000)
    assert window.notice.isVisible()
    assert window.notice.level is NoticeLevel.ERROR
    assert window.notice.text == "The camera was unplugged; plug it in and start again."
    assert QApplication.activeModalWidget() is None
    assert window.transcript.rowCount() == 1
    assert window.deeds.start.isEnabled()


def test_what_is_missing_is_said_before_anything_starts(
    window: MainWindow, theatre: Theatre
) -> None:
    window.choice.source.choose(window.choice.source.file)
    window.start()
    assert window.notice.text == "Choose a video file first."
    assert not theatre.sessions


def test_a_dropped_video_replaces_what_runs(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, tmp_path: Path
) -> None:
    run(window, qtbot)
    video = tmp_path / "game.mp4"
    video.touch()
    drop_on(window, QUrl.fromLocalFile(str(video)))
    qtbot.waitUntil(lambda: len(theatre.sessions) == 2, timeout=5000)
    assert theatre.sessions[0].wishes[-1] == "stop"
    assert theatre.session.request.source == FileSpec(video)


def test_a_dropped_address_is_watched(window: MainWindow, theatre: Theatre) -> None:
    drop_on(window, QUrl("rtsp://127.0.0.1/camera"))
    assert theatre.session.request.source == UrlSpec("rtsp://127.0.0.1/camera")


def test_closing_ends_the_session_before_the_window_goes(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    run(window, qtbot)
    window.close()
    assert window.isVisible()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    assert theatre.session.wishes == ["start", "stop"]


@pytest.mark.parametrize(("name", "format_"), format_filters().items())
def test_saved_transcripts_read_back(
    qtbot: QtBot,
    window: MainWindow,
    theatre: Theatre,
    tmp_path: Path,
    name: str,
    format_: TranscriptFormat,
) -> None:
    assert not window.deeds.save_as.isEnabled()
    run(window, qtbot)
    theatre.session.say(spoken(0, "Kick off."))
    theatre.session.say(spoken(2, "Goal for the Falcons!"))
    qtbot.waitUntil(lambda: window.transcript.rowCount() == 2, timeout=5000)
    path = tmp_path / f"mine.{format_.value}"
    save_to(qtbot, window, path, name)
    cues = parse(path.read_text(encoding="utf-8"), format_)
    assert [(cue.start_s, cue.text) for cue in cues] == [
        (0.0, "Kick off."),
        (2.0, "Goal for the Falcons!"),
    ]


def test_a_file_that_cannot_be_written_is_a_banner(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, tmp_path: Path
) -> None:
    run(window, qtbot)
    theatre.session.say(spoken(0, "Kick off."))
    qtbot.waitUntil(lambda: window.transcript.rowCount() == 1, timeout=5000)
    file = tmp_path / "file"
    file.touch()
    dialog = open_save_dialog(window)
    dialog.fileSelected.emit(str(file / "commentary.srt"))
    dialog.close()
    qtbot.waitUntil(window.notice.isVisible, timeout=10_000)
    assert window.notice.level is NoticeLevel.ERROR
    assert "cannot be written" in window.notice.text


def test_space_pauses_but_presses_a_button_that_has_the_focus(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    run(window, qtbot)
    view = window.side.findChild(TranscriptView)
    assert view is not None
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.commentary.state is SessionState.PAUSED, timeout=5000)
    stop = button(window, "Stop")
    stop.setFocus()
    qtbot.keyClick(stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.commentary.is_active, timeout=5000)
    assert theatre.session.wishes == ["start", "pause", "stop"]


def test_every_action_whose_keys_can_be_chosen_is_in_the_window(window: MainWindow) -> None:
    in_window = set(window.findChildren(QWidget)) - set(window.findChildren(QMenu))
    menus = set(window.menuBar().findChildren(QMenu))
    lost = [
        key
        for key, action in window.deeds.by_key.items()
        if not (in_window | menus).intersection(action.associatedObjects())
    ]
    assert lost == []


def test_every_control_is_reached_by_tab_and_has_a_name(window: MainWindow) -> None:
    seen: list[QWidget] = []
    window.choice.setFocus()
    widget = window.nextInFocusChain()
    while widget is not window and widget not in seen:
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        if reached and widget.focusProxy() is None:
            seen.append(widget)
        widget = widget.nextInFocusChain()
    nameless = [w for w in seen if not (w.accessibleName() or getattr(w, "text", str)())]
    assert not nameless
    assert len(seen) >= 5


def test_copy_puts_the_transcript_on_the_clipboard(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    run(window, qtbot)
    theatre.session.say(spoken(65, "Goal!"))
    qtbot.waitUntil(window.deeds.copy_transcript.isEnabled, timeout=5000)
    window.deeds.copy_transcript.trigger()
    assert QGuiApplication.clipboard().text() == "1:05\tGoal!"


def drop_on(window: MainWindow, url: QUrl) -> None:
    """Drag `url` into the window and let go."""
    data = QMimeData()
    data.setUrls([url])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, drop)


def open_save_dialog(window: MainWindow) -> SaveDialog:
    """Save as: the dialog, open."""
    window.deeds.save_as.trigger()
    dialog = window.findChild(SaveDialog)
    assert dialog is not None
    return dialog


def save_to(qtbot: QtBot, window: MainWindow, path: Path, filter_: str) -> None:
    """Save as `path`, typed into the dialog."""
    dialog = open_save_dialog(window)
    dialog.selectNameFilter(filter_)
    dialog.setDirectory(str(path.parent))
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText(path.name)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Saved" in window.status_line.currentMessage(), timeout=10_000)
