"""From the events of a round to its line and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.session.messages import ChunksDropped, LineSpoken, Message, MetersUpdated, TextArrived
from app.transcripts.line import TranscriptLine
from engine.events import RoundFinished, RoundStarted, TextPiece

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.capture.chunks import CaptureCounts, ChunkBuffer
    from app.session.reports import EngineSaid
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
    """

    def __init__(
        self,
        journal: Journal,
        chunks: ChunkBuffer,
        emit: Callable[[Message], None],
        key_frames: KeyFrameWriter | None = None,
    ) -> None:
        self._journal = journal
        self._chunks = chunks
        self._emit = emit
        self._key_frames = key_frames
        self._first_text_at: float | None = None
        self._chunks_dropped = 0
        self.spoken: list[TranscriptLine] = []

    def follow(self, said: EngineSaid) -> None:
        """Take the next event.

        Raises:
            TranscriptError: The line cannot be written.
        """
        match said.event:
            case RoundStarted():
                self._first_text_at = None
            case TextPiece(round_index, text):
                self._first_text_at = self._first_text_at or said.at
                self._emit(TextArrived(round_index, text))
            case RoundFinished(round_):
                self._finish(round_, said)

    def _finish(self, round_: Round, said: EngineSaid) -> None:
        line = self._line_of(round_, said)
        self._journal.append(line)
        if not line.is_silent:
            self.spoken.append(line)
            self._emit(LineSpoken(line))
            if self._key_frames is not None:
                self._key_frames.put(line.index, said.chunk.frames[-1])
        counts = self._chunks.counts
        if counts.chunks_dropped > self._chunks_dropped:
            self._chunks_dropped = counts.chunks_dropped
            self._emit(ChunksDropped(counts.chunks_dropped))
        self._emit(_meters(round_, line, counts))

    def _line_of(self, round_: Round, said: EngineSaid) -> TranscriptLine:
        return TranscriptLine(
            index=round_.index,
            start_s=said.chunk.start_s,
            end_s=said.chunk.end_s,
            text=round_.text,
            captured_at=said.chunk.captured_at,
            decoded_at=said.at,
            first_text_at=None if round_.is_silent else self._first_text_at or said.at,
            question=said.question,
        )


def _meters(round_: Round, line: TranscriptLine, counts: CaptureCounts) -> MetersUpdated:
    return MetersUpdated(
        frames_captured=counts.frames_captured,
        frames_used=counts.frames_used,
        frames_dropped=counts.frames_dropped,
        timing=round_.timing,
        cache=round_.cache,
        glass_to_caption_s=line.glass_to_caption_s,
    )
