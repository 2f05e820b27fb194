"""What a person shares of a Wayland desktop through its portal, as a source.

Qt speaks with the portal and with PipeWire. Decision: in a program of its own, `ui.sharing`, a
child of the process that watches. Sessions run where no Qt may be, and Qt's event loop has to; and
Qt 6.11 crashes in its own clean-up when PipeWire failed it, which must end no session. They speak
over a socket: this side asks, the program answers with its newest picture or says why there is
none. It ends as soon as this side of the socket is gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Any

from app.capture.access import HOW_TO_SHARE, can_share
from app.capture.base import Frame, Image, SourceInfo
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

ANSWER_WAIT_S = 60.0  # for the person, who has to find the dialog and to choose
FIRST_PICTURE_WAIT_S = 10.0  # once they shared
# Longer than the program itself waits, which also needs a while to start on a busy machine.
OPEN_WAIT_S = ANSWER_WAIT_S + FIRST_PICTURE_WAIT_S + 30.0
PICTURE_WAIT_S = 5.0  # the program has one already
CLOSE_WAIT_S = 2.0

NOT_HERE = "Only Linux desktops share their screen by a dialog; choose the screen instead."
NOT_INSTALLED = f"The screen cannot be shared yet; {HOW_TO_SHARE}."
BROKE_OFF = "Sharing the screen broke off; start again to share it anew."
# Qt takes PipeWire's way only where it sees no X11 session; a platform without windows needs
# neither display, and the dialog is the portal's.
_QT = {"QT_QPA_PLATFORM": "offscreen", "XDG_SESSION_TYPE": "wayland"}


@dataclass(frozen=True, slots=True, eq=False)
class SharedPicture:
    """The newest picture of what is shared; a screen that stands still sends no others.

    Attributes:
        image: uint8 RGB, (height, width, 3).
    """

    image: Image


@dataclass(frozen=True, slots=True)
class SharingEnded:
    """There is no picture, and there will be none.

    Attributes:
        reason: Why, in a sentence.
    """

    reason: str


SharingAnswer = SharedPicture | SharingEnded


def sharing_program(socket: int) -> list[str]:
    """The command that starts the program.

    Args:
        socket: The number of the program's end of the socket.

    Raises:
        SourceError: It cannot run here.
    """
    if sys.platform != "linux":
        raise SourceError(NOT_HERE)
    if not can_share():
        raise SourceError(NOT_INSTALLED)
    # -P: a folder called ui where the user stands must not be taken for the program's.
    return [sys.executable, "-P", "-m", "ui.sharing", str(socket)]


class SharedSource:
    """Lets the person share a screen, then gives the newest picture of it.

    Args:
        command: Makes the command of the program, see `sharing_program`.
        open_wait_s: How long the person and the first picture may take together.

    Raises:
        SourceError: Nothing is shared; the message says why.
    """

    def __init__(
        self,
        *,
        command: Callable[[int], Sequence[str]] = sharing_program,
        open_wait_s: float = OPEN_WAIT_S,
    ) -> None:
        self._connection, self._process = _start(command)
        self._info = SourceInfo(label="shared screen", is_live=True, is_endless=True)
        try:
            self._ask(open_wait_s)
        except BaseException:
            self.close()
            raise

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self, time_s: float) -> Frame:
        # What a still screen shows was captured now, however long ago it was sent.
        return Frame(self._ask(PICTURE_WAIT_S), time_s, time.time())

    def glance(self, time_s: float) -> Image:  # noqa: ARG002  (a screen only shows the present)
        return self._ask(PICTURE_WAIT_S)

    def close(self) -> None:
        """End the program, and with it the sharing."""
        self._connection.close()
        try:
            self._process.wait(CLOSE_WAIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()  # it has nothing to save
            self._process.wait()

    def _ask(self, wait_s: float) -> Image:
        """The newest picture.

        Raises:
            SourceError: There is none any more, or none came in time.
        """
        try:
            self._connection.send(None)
            if not self._connection.poll(wait_s):
                raise SourceError(BROKE_OFF)
            answer: SharingAnswer = self._connection.recv()
        except (EOFError, OSError) as error:
            raise SourceError(BROKE_OFF) from error
        if isinstance(answer, SharingEnded):
            raise SourceError(answer.reason)
        return answer.image


def _start(
    command: Callable[[int], Sequence[str]],
) -> tuple[Connection[Any, Any], subprocess.Popen[bytes]]:
    """Our end of a socket, and the program at the other end."""
    here, there = Pipe()
    with there:  # the program has its own; only so does its death close the socket
        try:
            process = subprocess.Popen(
                command(there.fileno()),
                env=os.environ | _QT,
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what goes wrong is said in one sentence, not by Qt
            )
        except BaseException:
            here.close()
            raise
    return here, process
