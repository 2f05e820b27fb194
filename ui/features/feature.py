"""One thing that the main window can do, and what it gets to connect itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from app.settings.store import SettingsStore
    from ui.actions import Actions
    from ui.commentary import Commentary
    from ui.menus import Menus
    from ui.preferences.directory import PreferencesDirectory
    from ui.remote_hosts import RemoteHosts
    from ui.session_view import SessionView
    from ui.speech.output import SpeechOutput
    from ui.starting import Starter
    from ui.transcript.model import TranscriptModel
    from ui.widgets.notice_bar import NoticeBar
    from ui.widgets.side_panel import ChoicePanel
    from ui.widgets.side_tabs import SideTabs
    from ui.widgets.stage import Stage
    from ui.widgets.status_line import StatusLine


@dataclass(frozen=True, slots=True)
class WindowContext:
    """The parts of the main window, for its features.

    Attributes:
        window: The window itself, as the parent of dialogs.
        settings: What is kept between starts.
        commentary: The session that runs, and its beginning and end.
        starter: Starts sessions; features may amend what they are asked to do.
        speech: Speaks the commentary, and tells which line is spoken when.
        view: Shows the session's messages on the parts below.
        deeds: All actions.
        menus: The menus of the window.
        notice: The banner over the stage.
        stage: The picture and its subtitle.
        choice: Source and model, on the left.
        side: The tabs on the right.
        status: The status bar.
        transcript: The lines of the newest session.
        preferences: The pages of the Preferences dialog.
        remote: The other machines that pictures are fetched from.
    """

    window: QMainWindow
    settings: SettingsStore
    commentary: Commentary
    starter: Starter
    speech: SpeechOutput
    view: SessionView
    deeds: Actions
    menus: Menus
    notice: NoticeBar
    stage: Stage
    choice: ChoicePanel
    side: SideTabs
    status: StatusLine
    transcript: TranscriptModel
    preferences: PreferencesDirectory
    remote: RemoteHosts


class Feature(QObject):
    """Connects itself to the window's parts when it is made."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)

    def close(self) -> None:
        """Put away what outlives the window: further windows, threads, devices."""
