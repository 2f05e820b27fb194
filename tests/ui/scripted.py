"""A session that says what a test tells it, for ways of failing that no real one takes."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import numpy as np

from app.capture.base import SourceInfo
from app.session.messages import FrameShown, LineSpoken, SourceOpened, StateChanged
from app.session.state import SessionState
from app.transcripts.line import TranscriptLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytestqt.qtbot import QtBot

    from app.capture.base import Image
    from app.capture.specs import Region
    from app.session.messages import Message
    from app.session.request import SessionRequest
    from app.steering.words import WordRule
    from ui.main_window import MainWindow

INFO = SourceInfo(label="test source", is_live=True, is_endless=True)


class ScriptedSession:
    """Sends its script, then what `say` is given, until it is stopped.

    An exception in the script is raised to the reader.
    """

    def __init__(self, request: SessionRequest, *script: Message | Exception) -> None:
        self.request = request
        self.wishes: list[str] = []
        self.masks: tuple[Region, ...] = ()
        self.state = SessionState.IDLE
        self.transcript: tuple[TranscriptLine, ...] = ()
        self._messages: queue.SimpleQueue[Message | Exception | None] = queue.SimpleQueue()
        for message in script:
            self._messages.put(message)

    def start(self) -> None:
        self.wishes.append("start")

    def pause(self) -> None:
        self.wishes.append("pause")
        self._messages.put(StateChanged(SessionState.PAUSED))

    def resume(self) -> None:
        self.wishes.append("resume")
        self._messages.put(StateChanged(SessionState.RUNNING))

    def stop(self) -> None:
        self.wishes.append("stop")
        self._messages.put(StateChanged(SessionState.STOPPED))
        self._messages.put(None)

    def ask(self, question: str) -> None:
        self.wishes.append(f"ask {question}")

    def set_instruction(self, text: str) -> None:
        self.wishes.append(f"instruction {text}")

    def set_talkativeness(self, talkativeness: float) -> None:
        self.wishes.append(f"talkativeness {talkativeness:g}")

    def set_words(self, words: Iterable[WordRule]) -> None:
        self.wishes.append(f"words {[(rule.word, rule.instead) for rule in words]}")

    def set_governed(self, is_on: bool) -> None:
        self.wishes.append(f"governed {is_on}")

    def set_masks(self, regions: Iterable[Region]) -> None:
        self.masks = tuple(regions)

    def say(self, message: Message) -> None:
        """Send one more message."""
        self._messages.put(message)

    def end(self) -> None:
        """Send nothing more."""
        self._messages.put(None)

    def messages(self) -> Iterator[Message]:
        while (message := self._messages.get()) is not None:
            if isinstance(message, Exception):
                raise message
            yield message


def opening() -> tuple[Message, ...]:
    """What a session says until it runs."""
    return (
        StateChanged(SessionState.LOADING),
        SourceOpened(INFO),
        StateChanged(SessionState.RUNNING),
    )


def spoken(index: int, text: str) -> LineSpoken:
    """A line that was said in second `index`."""
    return LineSpoken(TranscriptLine(index, float(index), index + 1.0, text))


def picture(level: int = 0, width: int = 8, height: int = 4) -> FrameShown:
    """A picture of one grey level."""
    image: Image = np.full((height, width, 3), level, np.uint8)
    return FrameShown(image, 0.0)


class Theatre:
    """Makes scripted sessions for a window and keeps them."""

    def __init__(self) -> None:
        self.script: tuple[Message, ...] = opening()
        self.sessions: list[ScriptedSession] = []

    def __call__(self, request: SessionRequest) -> ScriptedSession:
        self.sessions.append(ScriptedSession(request, *self.script))
        return self.sessions[-1]

    @property
    def session(self) -> ScriptedSession:
        """The newest."""
        return self.sessions[-1]


def run(window: MainWindow, qtbot: QtBot) -> None:
    """Start and wait until the window knows that the session runs."""
    window.start()
    qtbot.waitUntil(lambda: window.commentary.state is SessionState.RUNNING, timeout=5000)
