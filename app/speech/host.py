"""The child process that speaks: synthesis and player together, by orders from a pipe."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import queue
import shutil
import signal
import sys
import threading
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from app.errors import SpeechError
from app.speech.events import SpeechStock
from app.speech.orders import Command, Say, TryOut
from app.speech.outputs import NO_OUTPUT, list_outputs
from app.speech.player import Player
from app.speech.settings import SpeechSettings
from app.speech.speaker import Clocks, Speaker
from app.speech.synthesizer import LazySynthesizer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from multiprocessing.connection import Connection

    from app.speech.events import SpeechEvent
    from app.speech.orders import Order

logger = logging.getLogger(__name__)

T = TypeVar("T")

_LOOK_S = 0.5  # how often a sound that plays is looked at, should its device never say it is over
_STUCK_S = 20.0


def serve(connection: Connection[Any, Any], folder: str) -> None:
    """Speak until told to end or the other end is closed; ends the process.

    The program removes `folder`, too: either of the two may be killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then says stop
    errors = _quieten()
    logging.basicConfig(stream=errors, level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        Host(connection, Path(folder), errors).serve()
        shutil.rmtree(folder, ignore_errors=True)
    except Exception:  # the process's edge
        logger.exception("the speech process died")
        os._exit(1)
    os._exit(0)  # sound libraries are in no hurry to be taken down in order


class Nudge(Enum):
    """What the host hears besides orders."""

    SOUND_OVER = auto()


class Host:
    """Obeys orders and sends events; everything but reading the pipe happens in one thread.

    Args:
        connection: Brings orders, takes events.
        folder: For passing files.
        errors: Where the stacks go if an engine or a device hangs; the process ends then.
    """

    def __init__(self, connection: Connection[Any, Any], folder: Path, errors: TextIO) -> None:
        self._connection = connection
        self._errors = errors
        self._inbox: queue.SimpleQueue[Order | Nudge] = queue.SimpleQueue()
        self._player = Player(self._note_sound_over)
        self._synthesizer = LazySynthesizer(folder)
        self._speaker = Speaker(self._synthesizer, self._player, self._send, Clocks())
        self._is_finishing = False

    def serve(self) -> None:
        """Speak until told to end, or nobody is there any more."""
        threading.Thread(target=self._read, name="orders", daemon=True).start()
        while not (self._is_finishing and self._speaker.is_quiet):
            orders = self._wait()
            with _ending_if_stuck(self._errors):
                if not all(self._obey(order) for order in orders):
                    return
                self._speaker.advance()

    def _read(self) -> None:
        try:
            while True:
                self._inbox.put(self._connection.recv())
        except (EOFError, OSError):
            self._inbox.put(Command.END)

    def _note_sound_over(self) -> None:
        self._inbox.put(Nudge.SOUND_OVER)

    def _send(self, event: SpeechEvent) -> None:
        try:
            self._connection.send(event)
        except OSError:
            self._inbox.put(Command.END)

    def _wait(self) -> list[Order | Nudge]:
        """All orders that came meanwhile; waits for one where there is nothing else to do."""
        orders: list[Order | Nudge] = []
        if not self._speaker.has_work:
            timeout_s = None if self._speaker.is_quiet else _LOOK_S
            with contextlib.suppress(queue.Empty):
                orders.append(self._inbox.get(timeout=timeout_s))
        while not self._inbox.empty():
            orders.append(self._inbox.get())
        return orders

    def _obey(self, order: Order | Nudge) -> bool:
        match order:
            case Say(line, said_at_s):
                self._speaker.say(line, said_at_s)
            case SpeechSettings():
                self._speaker.adopt(order)
            case TryOut(text):
                self._speaker.try_out(text)
            case Command.HUSH:
                self._speaker.hush()
            case Command.TAKE_STOCK:
                self._take_stock()
            case Command.FINISH:
                self._is_finishing = True
            case Command.END:
                self._player.stop()
                return False
            case Nudge.SOUND_OVER:
                pass  # the speaker looks for itself
        return True

    def _take_stock(self) -> None:
        troubles: list[str] = []
        voices = _found(self._synthesizer.voices, troubles)
        devices = _found(self._device_names, troubles)
        self._send(SpeechStock(voices, devices, " ".join(troubles)))

    def _device_names(self) -> tuple[str, ...]:
        if self._speaker.is_quiet:
            self._player.look_for_devices()
        names = tuple(dict.fromkeys(output.name for output in list_outputs()))
        if not names:
            raise SpeechError(NO_OUTPUT)
        return names


def _found(find: Callable[[], tuple[T, ...]], troubles: list[str]) -> tuple[T, ...]:
    """What `find` gives; nothing, and one more trouble, where it cannot."""
    try:
        return find()
    except SpeechError as error:
        troubles.append(str(error))
        return ()


@contextlib.contextmanager
def _ending_if_stuck(errors: TextIO) -> Generator[None]:
    """End the process if the block takes far too long; the program starts another one."""
    faulthandler.dump_traceback_later(_STUCK_S, exit=True, file=errors)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _quieten() -> TextIO:
    """Send what libraries print nowhere, and give a stream to where errors went.

    pyttsx3 prints a line for each line it speaks, PortAudio and ALSA complain about every device
    that is not plugged in; nobody asked.
    """
    sys.stdout.flush()
    errors = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    return errors
