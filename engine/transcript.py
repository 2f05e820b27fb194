"""What people read of a reply, also while it is still being spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.prompt import SILENCE_MARKER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.prompt import ChatLayout

_UNFINISHED = "\ufffd"  # what a tokenizer writes for a character whose bytes are not all there
_REFERENCE_CUT = 4


class ReplyText:
    """Turns the ids of a reply into text, piece by piece.

    Args:
        chat: Decodes the ids.
        reference_quirks: Cut the last four characters, whatever they are, instead of the silence
            marker.
    """

    def __init__(self, chat: ChatLayout, *, reference_quirks: bool) -> None:
        self._chat = chat
        self._quirks = reference_quirks
        self._given = ""

    def next_piece(self, ids: Sequence[int]) -> str:
        """What can be shown for sure of a reply that may go on, less what was given before."""
        text = self._chat.decode(ids).rstrip(_UNFINISHED)
        held = _REFERENCE_CUT if self._quirks else _possible_marker(text)
        return self._give(text[: len(text) - held])

    def last_piece(self, ids: Sequence[int]) -> str:
        """The rest of a complete reply."""
        return self._give(self.complete(ids))

    def complete(self, ids: Sequence[int]) -> str:
        """The text of a complete reply."""
        text = self._chat.decode(ids)
        return text[:-_REFERENCE_CUT] if self._quirks else text.removesuffix(SILENCE_MARKER)

    def _give(self, text: str) -> str:
        piece = text[len(self._given) :]
        self._given += piece
        return piece


def _possible_marker(text: str) -> int:
    """Characters at the end that may become, or are, the silence marker."""
    lengths = range(len(SILENCE_MARKER), 0, -1)
    return next((n for n in lengths if text.endswith(SILENCE_MARKER[:n])), 0)
