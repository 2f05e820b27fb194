"""A text file that always holds what is shown, for text sources of streaming programs."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from app.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

logger = logging.getLogger(__name__)

_PAUSE_S = 0.05  # before it is tried again, where somebody reads the file


class LiveTextFile:
    """Keeps a file up to date in a thread of its own, from `start` to `close`.

    A reader finds the old text or the new one, never a part. Only the newest text is written, so a
    slow disk leaves texts out instead of falling behind.

    Args:
        path: The file; its folder must exist.
        tell: Called in that thread with a sentence when the file cannot be written, once until it
            can be again.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self._path = path
        self._tell = tell
        self._text = ""
        self._is_closing = False
        self._news = threading.Condition()
        self._has_news = True  # what an earlier session left is wiped out
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="live-text-file", daemon=True)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def start(self) -> None:
        """Keep it up to date from now on; it is empty at first."""
        self._thread.start()

    def show(self, text: str) -> None:
        """Let the file hold `text` soon."""
        with self._news:
            self._text, self._has_news = text, True
            self._news.notify()

    def close(self, timeout_s: float = 1.0) -> bool:
        """Empty the file and end; False if that takes longer than `timeout_s`."""
        with self._news:
            self._text, self._has_news, self._is_closing = "", True, True
            self._news.notify()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        is_closing = False
        while not is_closing:
            with self._news:
                self._news.wait_for(lambda: self._has_news)
                text, is_closing = self._text, self._is_closing
                self._has_news = False
            self._keep(text)

    def _keep(self, text: str) -> None:
        new = self._path.with_name(f".{self._path.name}.new")
        try:
            with replacing(self._path, new, pause_s=_PAUSE_S):
                new.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            self._note_failure(error)
        else:
            self._is_failing = False

    def _note_failure(self, error: OSError) -> None:
        if not self._is_failing:
            self._is_failing = True
            logger.warning("cannot write %s: %s", self._path, error)
            self._tell(
                f"The live text file {self._path} cannot be written ({error.strerror}); "
                "choose another one in Preferences, Streaming."
            )
