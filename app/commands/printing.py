"""What a session says, on a terminal."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING, TextIO

from app.governor.wording import line_of
from app.session.messages import (
    ChunksDropped,
    EffortChanged,
    LineSpoken,
    MetersUpdated,
    SessionFailed,
    SourceOpened,
    StateChanged,
    TranscriptSaved,
)
from app.session.state import SessionState
from app.transcripts.records import to_json
from engine.events import ModelProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.session.messages import Message


_CUT = (errno.EPIPE, errno.EINVAL)  # nobody reads any more; the second one is Windows' way


class Printer:
    """Writes lines to `out`, everything else to `log`.

    Args:
        out: Gets what was spoken, nothing else.
        log: Gets what happens.
        as_json: Print records instead of text.
    """

    def __init__(self, out: TextIO, log: TextIO, *, as_json: bool = False) -> None:
        self._out = out
        self._log = log
        self._as_json = as_json
        self._is_cut = False
        self._num_rounds, self._saved_rounds = 0, 0.0

    def show(self, message: Message) -> bool:
        """Print a message; False once nobody reads `out` any more."""
        if isinstance(message, LineSpoken):
            line = message.line
            self._speak(to_json(line) if self._as_json else f"[{line.start_s:.1f}] {line.text}")
        elif isinstance(message, MetersUpdated):
            self._num_rounds += 1
            self._saved_rounds += message.saved_share
        else:
            for sentence in (*self._saving(message), *_sentences(message)):
                self._log.write(f"{sentence}\n")
                self._log.flush()
        return not self._is_cut

    def _saving(self, message: Message) -> Iterator[str]:
        """At the end, what the static saver was good for."""
        if isinstance(message, TranscriptSaved) and self._saved_rounds:
            share = self._saved_rounds / self._num_rounds
            yield f"{share:.0%} of looking saved, since the picture had not changed."

    def _speak(self, text: str) -> None:
        if self._is_cut:
            return
        try:
            self._out.write(f"{text}\n")
            self._out.flush()
        except OSError as error:
            if error.errno not in _CUT:
                raise
            self._is_cut = True
            with contextlib.suppress(OSError, ValueError):  # else Python complains at exit
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())


def _sentences(message: Message) -> Iterator[str]:
    match message:
        case SourceOpened(info):
            yield f"Watching {info.label}."
        case ModelProgress(text):
            yield f"{text}."
        case EffortChanged():
            yield f"{line_of(message)}."
        case ChunksDropped(count):
            yield f"Too slow for this source: {count} chunks left out so far."
        case StateChanged(SessionState.RUNNING):
            yield "Running; Ctrl-C stops and saves."
        case StateChanged(SessionState.STOPPED, reason) if reason:
            yield reason
        case TranscriptSaved(paths):
            yield f"Saved {', '.join(map(str, paths))}."
        case SessionFailed(sentence):
            yield f"kibitz: {sentence}"
        case _:
            return
