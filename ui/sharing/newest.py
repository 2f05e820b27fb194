"""What can be answered at the moment: the newest picture, or why there will be none."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.capture.base import Image


class Picture(Protocol):
    """A picture that is converted only when somebody wants it."""

    def rgb(self) -> Image:
        """The pixels, (height, width, 3); any thread may call."""
        ...


class Newest:
    """Written by Qt's thread, read by the one that answers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture: Picture | None = None
        self._reason = ""

    @property
    def has_picture(self) -> bool:
        """Whether any picture has come."""
        with self._changed:
            return self._picture is not None

    def show(self, picture: Picture) -> None:
        """Take this one in the place of the last."""
        with self._changed:
            self._picture = picture
            self._changed.notify_all()

    def end(self, reason: str) -> None:
        """Answer everybody with `reason` from now on; the first one stays."""
        with self._changed:
            self._reason = self._reason or reason
            self._changed.notify_all()

    def wait(self) -> Picture | str:
        """The newest picture once there is one, or the reason."""
        with self._changed:
            while not self._reason and self._picture is None:
                self._changed.wait()
            return self._reason or self._picture or ""
