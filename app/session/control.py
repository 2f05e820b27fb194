"""The face of a session that a window or a command line works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.capture.specs import Region
    from app.session.messages import Message
    from app.session.request import SessionRequest
    from app.session.state import SessionState
    from app.steering.words import WordRule
    from app.transcripts.line import TranscriptLine


class SessionControl(Protocol):
    """One run from start to stop. Every call returns at once and may come from any thread.

    A request that does not fit the state any more (pause after the end) is ignored: the button
    was pressed a moment too late. To start again, make another session; the model stays loaded.
    """

    @property
    def request(self) -> SessionRequest:
        """What it was made for."""
        ...

    @property
    def state(self) -> SessionState:
        """Where it stands."""
        ...

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        """The lines spoken so far, in order, silent rounds left out."""
        ...

    def start(self) -> None:
        """Open the source, load the model, run.

        Raises:
            SessionStateError: It was started before.
        """
        ...

    def pause(self) -> None:
        """Stop looking after the round at hand; the stream's clock stands still."""
        ...

    def resume(self) -> None:
        """Go on after a pause."""
        ...

    def stop(self) -> None:
        """End within 2 s; what was said is kept."""
        ...

    def ask(self, question: str) -> None:
        """Put `question` to the model with the next chunk."""
        ...

    def set_instruction(self, text: str) -> None:
        """Tell the commentator something else, from the next round on."""
        ...

    def set_talkativeness(self, talkativeness: float) -> None:
        """Say more or less from the next round on; see `SamplingConfig.talkativeness`."""
        ...

    def set_words(self, words: Iterable[WordRule]) -> None:
        """Replace these words, and no others, in what is said from the next round on."""
        ...

    def set_governed(self, is_on: bool) -> None:
        """Let the governor make rounds cheaper where the engine cannot keep up, or do not."""
        ...

    def set_masks(self, regions: Iterable[Region]) -> None:
        """Keep these rectangles of the desktop, and no others, from the model.

        They are in physical pixels and hide windows of this program: see `app.capture.masks`.
        """
        ...

    def messages(self) -> Iterator[Message]:
        """What happens, as it happens: blocks, and ends after the last message.

        Only one reader may use it, once.
        """
        ...
