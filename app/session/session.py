"""A session as its user sees it; what it does is decided in its director's thread."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from app.capture.masks import Masks
from app.engine_thread import Wishes
from app.errors import SessionStateError
from app.session.director import Director
from app.session.engine_commentator import EngineCommentators
from app.session.outbox import Outbox
from app.session.reports import Govern, Reword, Wish
from app.session.state import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.capture.specs import Region
    from app.session.commentator import CommentatorFactory
    from app.session.messages import Message
    from app.session.reports import Report
    from app.session.request import SessionRequest
    from app.steering.words import WordRule
    from app.transcripts.line import TranscriptLine


class Session:
    """See `app.session.control.SessionControl`, whose methods these are.

    Args:
        request: What to do.
        commentators: Makes the commentator; None loads a model for this session alone.
    """

    def __init__(
        self, request: SessionRequest, *, commentators: CommentatorFactory | None = None
    ) -> None:
        self._request = request
        self._inbox: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._outbox = Outbox()
        self._wishes = Wishes()
        self._masks = Masks()
        self._director = Director(
            request,
            commentators or EngineCommentators(),
            inbox=self._inbox,
            outbox=self._outbox,
            wishes=self._wishes,
            masks=self._masks,
        )
        self._thread = threading.Thread(target=self._director.run, name="session", daemon=True)
        self._lock = threading.Lock()  # between `start` and a `stop` that comes before it

    @property
    def request(self) -> SessionRequest:
        return self._request

    @property
    def state(self) -> SessionState:
        return self._director.state

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        return self._director.transcript

    def start(self) -> None:
        with self._lock:
            if self.state is not SessionState.IDLE:
                raise SessionStateError("a session starts once; make a new one to start again")
            self._director.enter(SessionState.LOADING)
        self._thread.start()

    def pause(self) -> None:
        self._inbox.put(Wish.PAUSE)

    def resume(self) -> None:
        self._inbox.put(Wish.RESUME)

    def stop(self) -> None:
        with self._lock:
            if self.state is SessionState.IDLE:
                self._director.enter(SessionState.STOPPED)
                self._outbox.close()
        self._inbox.put(Wish.STOP)

    def ask(self, question: str) -> None:
        self._wishes.ask(question)

    def set_instruction(self, text: str) -> None:
        self._wishes.instruct(text)

    def set_talkativeness(self, talkativeness: float) -> None:
        self._wishes.talk(talkativeness)

    def set_words(self, words: Iterable[WordRule]) -> None:
        self._inbox.put(Reword(tuple(words)))

    def set_governed(self, is_on: bool) -> None:
        self._inbox.put(Govern(is_on))

    def set_masks(self, regions: Iterable[Region]) -> None:
        self._masks.set(regions)

    def messages(self) -> Iterator[Message]:
        return self._outbox.read()
