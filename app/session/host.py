"""The child process in which a window's sessions run: capture, engine and journal together.

Decision: loading torch holds Python's lock for up to a second at a time, which no thread of the
same process can paint through; a process also survives what brings the engine down, and can be
ended while it loads. The price is a copy of each preview picture through a pipe.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.capture.thumbnails import shrunk
from app.session.engine_commentator import EngineCommentators
from app.session.messages import FrameShown
from app.session.orders import Ask, Instruct, Mask, Talk
from app.session.reports import Govern, Reword, Wish
from app.session.request import SessionRequest
from app.session.session import Session

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from app.session.messages import Message
    from app.session.orders import Order, Steering

logger = logging.getLogger(__name__)

LARGEST_PREVIEW_PX = 960, 540
END_WAIT_S = 3.0  # a session ends within 2 s


def serve(connection: Connection[Any, Any]) -> None:
    """Run one session after another until the other end is closed; ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then says stop
    try:
        Host(connection).serve()
    except Exception:  # the process's edge
        logger.exception("the session process died")
        os._exit(1)
    logging.shutdown()
    os._exit(0)  # all is saved, and taking torch down in order can last seconds


class Host:
    """Obeys orders and sends what sessions say; None marks the end of a session."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._commentators = EngineCommentators()
        self._session: Session | None = None
        self._pump: threading.Thread | None = None

    def serve(self) -> None:
        """Obey until the window's process is gone, then end in order."""
        try:
            while True:
                self._obey(self._connection.recv())
        except (EOFError, OSError):
            logger.info("the window is gone")
        finally:
            self._end()

    def _obey(self, order: Order) -> None:
        if isinstance(order, SessionRequest):
            self._begin(order)
            return
        if self._session is not None:
            _carry_out(order, self._session)

    def _begin(self, request: SessionRequest) -> None:
        session = Session(request, commentators=self._commentators)
        self._session = session
        self._pump = threading.Thread(target=self._send_all, args=(session,), name="pump")
        session.start()
        self._pump.start()

    def _send_all(self, session: Session) -> None:
        """Send what a session says; where nobody hears it any more, still wait for its end."""
        is_heard = True
        for message in session.messages():
            is_heard = is_heard and self._send(portable(message))
        if is_heard:
            self._send(None)

    def _send(self, message: Message | None) -> bool:
        """False once the window is gone."""
        try:
            self._connection.send(message)
        except OSError:
            logger.info("the window is gone")
            return False
        return True

    def _end(self) -> None:
        if self._session is not None and self._pump is not None:
            self._session.stop()
            self._pump.join(END_WAIT_S)


def _carry_out(order: Wish | Steering, session: Session) -> None:
    """Hand an order on to the session that runs."""
    match order:
        case Wish():
            _grant(order, session)
        case Ask(question):
            session.ask(question)
        case Instruct(text):
            session.set_instruction(text)
        case Talk(talkativeness):
            session.set_talkativeness(talkativeness)
        case Reword(words):
            session.set_words(words)
        case Govern(is_on):
            session.set_governed(is_on)
        case Mask(regions):
            session.set_masks(regions)


def _grant(wish: Wish, session: Session) -> None:
    match wish:
        case Wish.PAUSE:
            session.pause()
        case Wish.RESUME:
            session.resume()
        case Wish.STOP:
            session.stop()


def portable(message: Message) -> Message:
    """`message` with a picture no larger than a preview needs."""
    if not isinstance(message, FrameShown):
        return message
    image = shrunk(message.image, LARGEST_PREVIEW_PX)
    return message if image is message.image else replace(message, image=image)
