"""A journal of replies: what was paid for survives the process that asked.

Each reply is appended as one line of JSON and forced to the disk before anyone relies on it. After
a crash or a kill at most the last line is incomplete; it is cut off when the journal is opened.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from engine.data.chat_client import ChatReply, TokenUse
from engine.errors import DataError
from engine.json_lines import append_line, cut_incomplete_line

if TYPE_CHECKING:
    from pathlib import Path


class _Entry(BaseModel):
    """One line of the file."""

    key: str
    reply: str
    prompt_tokens: int
    completion_tokens: int


class Journal:
    """Replies by the key of their question; safe to use from several threads.

    Raises:
        DataError: The file cannot be read or written, or a line of it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._replies = _load(path)
            self._file = path.open("ab")
        except OSError as error:
            raise self._unusable(error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._replies

    def __len__(self) -> int:
        with self._lock:
            return len(self._replies)

    def __getitem__(self, key: str) -> ChatReply:
        with self._lock:
            return self._replies[key]

    def record(self, key: str, reply: ChatReply) -> None:
        """Add a reply; it is on the disk when this returns.

        Raises:
            DataError: The file cannot be written.
        """
        entry = _Entry(
            key=key,
            reply=reply.text,
            prompt_tokens=reply.use.prompt,
            completion_tokens=reply.use.completion,
        )
        with self._lock:
            try:
                append_line(self._file, entry.model_dump_json().encode())
            except OSError as error:
                raise self._unusable(error) from error
            self._replies[key] = reply

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _unusable(self, error: OSError) -> DataError:
        return DataError(
            f"cannot use the journal {self.path}: {error.strerror}; make room or choose another "
            "--out"
        )


def _load(path: Path) -> dict[str, ChatReply]:
    if not path.exists():
        return {}
    replies: dict[str, ChatReply] = {}
    cut_incomplete_line(path)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                entry = _Entry.model_validate_json(line)
            except ValidationError as error:
                raise DataError(
                    f"{path}, line {number}: not a journal entry; "
                    "remove the line, and its question is asked again"
                ) from error
            use = TokenUse(entry.prompt_tokens, entry.completion_tokens)
            replies[entry.key] = ChatReply(entry.reply, use)
    return replies
