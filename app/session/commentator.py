"""What a session needs of the engine; a process or a server may fill it as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.capture.base import Image
    from app.governor.effort import Effort
    from app.session.request import SessionRequest
    from engine.events import ModelProgress, StreamEvent


class Commentator(Protocol):
    """A model in the middle of a stream; used by one thread only."""

    def comment(self, frames: Image, question: str | None) -> Iterator[StreamEvent]:
        """One round on the frames (F, height, width, 3), told piece by piece.

        Raises:
            EngineError: The frames do not fit or the model failed.
        """
        ...

    def prepare(self, frames: Image) -> None:
        """Begin to look at the next round's frames while words of this one come.

        Nothing may come of it. The round must then be given the very same array.

        Raises:
            EngineError: The frames do not fit.
        """
        ...

    def adapt(self, effort: Effort) -> None:
        """Put another effort into each round; the next chunk is as the effort says."""
        ...

    def talk(self, talkativeness: float) -> None:
        """Say more or less from the next round on."""
        ...

    def instruct(self, text: str) -> None:
        """Follow another instruction from the next round on."""
        ...


class CommentatorFactory(Protocol):
    """Makes commentators; it may keep the model that the last one used."""

    def __call__(
        self,
        request: SessionRequest,
        previous_text: str,
        on_progress: Callable[[ModelProgress], None],
    ) -> Commentator:
        """Load what is needed, which may take minutes, and begin a stream.

        Raises:
            ModelError: The model is not on this machine.
            EngineError: It cannot be used here.
        """
        ...
