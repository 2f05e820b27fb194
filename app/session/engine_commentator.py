"""The engine of this process behind the session's interface; torch loads when it is first used."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from app.models.places import locate
from app.paths import models_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.capture.base import Image
    from app.governor.effort import Effort
    from app.models.precision import Precision
    from app.session.request import SessionRequest
    from engine import CommentaryStream, LoadedModel
    from engine.config import StreamingConfig
    from engine.events import ModelProgress, StreamEvent


class EngineCommentator:
    """One `CommentaryStream`, asked for a round at a time."""

    def __init__(self, stream: CommentaryStream, model: LoadedModel) -> None:
        self._stream = stream
        self._model = model
        self._full = stream.config
        self._effort: Effort | None = None

    def comment(self, frames: Image, question: str | None) -> Iterator[StreamEvent]:
        if self._effort is not None:
            self._stream.reconfigure(self._config(self._effort, frames))
        return self._stream.watch(frames, question=question)

    def prepare(self, frames: Image) -> None:
        self._stream.prepare(frames)

    def adapt(self, effort: Effort) -> None:
        self._effort = effort

    def talk(self, talkativeness: float) -> None:
        self._stream.talkativeness = talkativeness

    def instruct(self, text: str) -> None:
        self._stream.instruction = text or None

    def _config(self, effort: Effort, frames: Image) -> StreamingConfig:
        """The stream's settings for an effort on frames of this size."""
        num_frames, height, width, _ = frames.shape
        limit = min(height * width, self._model.patches_for(self._full).max_pixels)
        is_whole, is_full = effort.picture_share >= 1, num_frames == self._full.frames_per_chunk
        return replace(
            self._full,
            sample_fps=self._full.sample_fps if is_full else num_frames / self._full.chunk_s,
            max_pixels=self._full.max_pixels if is_whole else int(limit * effort.picture_share),
            vision_window_rounds=effort.vision_window_rounds,
            max_new_tokens=effort.max_new_tokens,
        )


class EngineCommentators:
    """Makes commentators and keeps the model of the last one, so that a restart is quick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # one load at a time
        self._loaded: tuple[tuple[str, Precision], LoadedModel] | None = None

    def __call__(
        self,
        request: SessionRequest,
        previous_text: str,
        on_progress: Callable[[ModelProgress], None],
    ) -> EngineCommentator:
        from engine import CommentaryStream

        model = self._model(request.model, request.precision, on_progress)
        stream = CommentaryStream(
            model,
            request.streaming,
            request.effective_sampling,
            previous_text=previous_text,
            instruction=request.instruction or None,
        )
        return EngineCommentator(stream, model)

    def _model(
        self, name: str, precision: Precision, on_progress: Callable[[ModelProgress], None]
    ) -> LoadedModel:
        from engine import load_model

        def tell(progress: ModelProgress) -> None:
            on_progress(replace(progress, message=progress.message.replace(wanted[0], name)))

        wanted = locate(name), precision
        with self._lock:
            if self._loaded is None or self._loaded[0] != wanted:
                self._loaded = None  # give the memory back before the next one takes it
                model = load_model(
                    wanted[0],
                    precision=precision.value,
                    library=models_folder(),
                    on_progress=tell,
                )
                self._loaded = wanted, model
            return self._loaded[1]
