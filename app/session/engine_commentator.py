"""The engine of this process behind the session's interface; torch loads when it is first used."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.capture.base import Image
    from app.session.request import SessionRequest
    from engine import CommentaryStream, LoadedModel
    from engine.events import ModelProgress, StreamEvent


class EngineCommentator:
    """One `CommentaryStream`, asked for a round at a time."""

    def __init__(self, stream: CommentaryStream) -> None:
        self._stream = stream

    def comment(self, frames: Image, question: str | None) -> Iterator[StreamEvent]:
        return self._stream.watch(frames, question=question)

    def instruct(self, text: str) -> None:
        self._stream.instruction = text or None


class EngineCommentators:
    """Makes commentators and keeps the model of the last one, so that a restart is quick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # one load at a time
        self._loaded: tuple[str, LoadedModel] | None = None

    def __call__(
        self,
        request: SessionRequest,
        previous_text: str,
        on_progress: Callable[[ModelProgress], None],
    ) -> EngineCommentator:
        from engine import CommentaryStream

        model = self._model(request.model, on_progress)
        stream = CommentaryStream(
            model,
            request.streaming,
            request.effective_sampling,
            previous_text=previous_text,
            instruction=request.instruction or None,
        )
        return EngineCommentator(stream)

    def _model(self, name: str, on_progress: Callable[[ModelProgress], None]) -> LoadedModel:
        from engine import load_model

        with self._lock:
            if self._loaded is None or self._loaded[0] != name:
                self._loaded = None  # give the memory back before the next one takes it
                self._loaded = (name, load_model(name, on_progress=on_progress))
            return self._loaded[1]
