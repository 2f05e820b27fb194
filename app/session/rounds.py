"""From the events of a round to its line and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from app.session.messages import (
    ChunksDropped,
    LineSpoken,
    Message,
    MetersUpdated,
    QuestionAnswered,
    QuestionPut,
    TextArrived,
)
from app.steering.words import LiveFilter, WordFilter
from app.transcripts.line import TranscriptLine
from engine.events import RoundFinished, RoundStarted, TextPiece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.capture.chunks import CaptureCounts, ChunkBuffer
    from app.session.reports import EngineSaid
    from app.steering.words import WordRule
    from app.transcripts.journal import Journal
    from app.transcripts.key_frames import KeyFrameWriter
    from engine.events import Round


class RoundRecorder:
    """Follows the rounds: a line stands in the journal before anybody is told of it.

    Args:
        journal: Takes every line, silent ones too.
        chunks: Knows what was captured and dropped.
        emit: Called with each message.
        key_frames: Keeps a picture of each spoken line; None keeps none.
        words: Words that are replaced before anybody sees them.
    """

    def __init__(
        self,
        journal: Journal,
        chunks: ChunkBuffer,
        emit: Callable[[Message], None],
        key_frames: KeyFrameWriter | None = None,
        words: Iterable[WordRule] = (),
    ) -> None:
        self._journal = journal
        self._chunks = chunks
        self._emit = emit
        self._key_frames = key_frames
        self._first_text_at: float | None = None
        self._started_at = 0.0
        self._chunks_dropped = 0
        self._next_words = self._words = WordFilter(words)
        self._live = LiveFilter(self._words)
        self._process = psutil.Process()
        self.spoken: list[TranscriptLine] = []

    def replace_words(self, words: Iterable[WordRule]) -> None:
        """Replace these words from the next round on, and no others."""
        self._next_words = WordFilter(words)

    def follow(self, said: EngineSaid) -> None:
        """Take the next event.

        Raises:
            TranscriptError: The line cannot be written.
        """
        match said.event:
            case RoundStarted(round_index):
                self._begin(round_index, said)
            case TextPiece(round_index, text):
                self._first_text_at = self._first_text_at or said.at
                self._show(round_index, self._live.push(text))
            case RoundFinished(round_):
                self._finish(round_, said)

    def _begin(self, round_index: int, said: EngineSaid) -> None:
        self._first_text_at = None
        self._started_at = said.at
        self._words = self._next_words
        self._live = LiveFilter(self._words)
        if said.question:
            self._emit(QuestionPut(round_index, said.question))

    def _show(self, round_index: int, text: str) -> None:
        if text:
            self._emit(TextArrived(round_index, text))

    def _finish(self, round_: Round, said: EngineSaid) -> None:
        self._show(round_.index, self._live.finish())
        line = self._line_of(round_, said)
        self._journal.append(line)
        if not line.is_silent:
            self.spoken.append(line)
            self._emit(LineSpoken(line))
            if self._key_frames is not None:
                self._key_frames.put(line.index, said.chunk.frames[-1])
        if line.question:
            self._emit(QuestionAnswered(line.index, line.question, line.text))
        counts = self._chunks.counts
        if counts.chunks_dropped > self._chunks_dropped:
            self._chunks_dropped = counts.chunks_dropped
            self._emit(ChunksDropped(counts.chunks_dropped))
        self._emit(self._meters(round_, line, counts))

    def _line_of(self, round_: Round, said: EngineSaid) -> TranscriptLine:
        text = self._words.apply(round_.text)
        return TranscriptLine(
            index=round_.index,
            start_s=said.chunk.start_s,
            end_s=said.chunk.end_s,
            text=text,
            captured_at=said.chunk.captured_at,
            decoded_at=said.at,
            first_text_at=None if not text.strip() else self._first_text_at or said.at,
            question=said.question,
            original="" if text == round_.text else round_.text,
        )

    def _meters(self, round_: Round, line: TranscriptLine, counts: CaptureCounts) -> MetersUpdated:
        return MetersUpdated(
            frames_captured=counts.frames_captured,
            frames_used=counts.frames_used,
            frames_dropped=counts.frames_dropped,
            timing=round_.timing,
            cache=round_.cache,
            glass_to_caption_s=line.glass_to_caption_s,
            chunk_s=line.end_s - line.start_s,
            load=(line.decoded_at - self._started_at) / (line.end_s - line.start_s),
            memory_bytes=self._process.memory_info().rss,
            saved_share=round_.saved_share,
        )
