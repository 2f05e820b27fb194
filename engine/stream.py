"""The commentary stream: one round = evict, append, prefill, decode.

Source: StreamingVLM (arXiv:2510.09608).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from engine.config import SamplingConfig, StreamingConfig, require
from engine.errors import ConfigError, NotEnoughMemoryError
from engine.events import Round, RoundFinished, RoundStarted, StreamEvent, TextPiece
from engine.memory import StreamMemory
from engine.prompt import cut_previous_text
from engine.sampling import Sampler
from engine.sight import Sight
from engine.stages import StageClock
from engine.transcript import ReplyText
from engine.vision import check_frames

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from torch import Tensor

    from engine.cache.segments import Piece
    from engine.context import Snapshot
    from engine.events import EndedBy
    from engine.model import LoadedModel
    from engine.vision.frames import Frames


@dataclass(slots=True)
class _OpenRound:
    """A round whose reply is not complete yet."""

    index: int
    start_s: float
    end_s: float
    text: ReplyText
    forced: tuple[int, ...] | None
    config: StreamingConfig
    clock: StageClock
    saved_share: float = 0.0
    ids: list[int] = field(default_factory=list[int])


class CommentaryStream:
    """Comments on an endless stream of frames at a constant cost per round.

    A stream belongs to one thread at a time, except that `instruction`, `talkativeness` and
    `reconfigure` may be used from any. A round that fails half-way leaves the stream as after
    `reset`.

    Args:
        model: What speaks; several streams may share it.
        config: What is kept, and how the stream is cut into rounds.
        sampling: How tokens are chosen.
        system_prompt: None for the model's own.
        previous_text: What was said or is known before the first round.
        instruction: How to comment; kept in the never-evicted first turn.
        start_s: Time of the first round's start.
        cache_limit_bytes: Where the scheme "full" ends, counted in bytes of stored keys and values;
            the memory held for them is larger. None: what there is.
    """

    def __init__(  # noqa: PLR0913  (all that a stream can be given, by name)
        self,
        model: LoadedModel,
        config: StreamingConfig | None = None,
        sampling: SamplingConfig | None = None,
        *,
        system_prompt: str | None = None,
        previous_text: str = "",
        instruction: str | None = None,
        start_s: float = 0.0,
        cache_limit_bytes: int | None = None,
    ) -> None:
        require(
            cache_limit_bytes is None or cache_limit_bytes >= 1,
            f"the memory that a cache may take must be positive, it is {cache_limit_bytes}",
        )
        self._config = config or StreamingConfig()
        self._model = model
        self._system_prompt = system_prompt
        self._previous_text = previous_text
        self._start_s = start_s
        self._instruction = self._applied_instruction = instruction
        chat = model.chat
        self._end_tokens = model.defaults.end_tokens | {chat.special.turn_end}
        sampling = sampling or SamplingConfig()
        self._talkativeness = sampling.talkativeness
        self._sampler = Sampler(
            sampling,
            model.defaults,
            silence={chat.marker[0], *self._end_tokens},
            device=model.device,
        )
        self._sight = Sight(model)
        self._next_index = 0
        self._cache_limit_bytes = cache_limit_bytes
        self._memory = StreamMemory(model, self.config, cache_limit_bytes)

    @property
    def config(self) -> StreamingConfig:
        """What is kept, and how the stream is cut into rounds."""
        return self._config

    def reconfigure(self, config: StreamingConfig) -> None:
        """Work by `config` from the next round on; the chunks must then be as it wants them.

        Nothing is computed anew. A clip stays as it was seen until it leaves.

        Raises:
            ConfigError: More differs than what is `engine.config.CHANGEABLE`.
        """
        self._config.require_change(config)
        self._config = config

    @property
    def talkativeness(self) -> float:
        """Added to every logit but that of silence; a new one takes effect with the next round."""
        return self._talkativeness

    @talkativeness.setter
    def talkativeness(self, talkativeness: float) -> None:
        require(math.isfinite(talkativeness), "talkativeness must be a finite number")
        self._talkativeness = talkativeness

    @property
    def instruction(self) -> str | None:
        """How to comment; a new one takes effect from the next round on."""
        return self._instruction

    @instruction.setter
    def instruction(self, instruction: str | None) -> None:
        if self.config.reference_quirks and self._next_index:
            raise ConfigError(
                "with reference_quirks the instruction is part of the first round and cannot "
                "change; reset the stream or turn reference_quirks off"
            )
        self._instruction = instruction

    def step(
        self,
        frames: object,
        *,
        question: str | None = None,
        forced_reply: Sequence[int] | None = None,
    ) -> Round:
        """Watch one chunk and comment on it.

        Args:
            frames: uint8 RGB (F, height, width, 3), F = sample_fps * chunk_s; any size, which may
                change from chunk to chunk.
            question: Asked in this round, which then cannot be silent.
            forced_reply: Ids taken for the model's reply instead of decoding one.

        Raises:
            FrameError: The frames are not as above; the stream is as it was before.
            NotEnoughMemoryError: Another round does not fit; the stream is as it was before. Where
                that was seen only in mid-round, the stream was reset.
            NumericsError: The model gave non-finite logits; the stream was reset.
        """
        finished = [
            event.round
            for event in self.watch(frames, question=question, forced_reply=forced_reply)
            if isinstance(event, RoundFinished)
        ]
        return finished[0]

    @torch.inference_mode()
    def prepare(self, frames: object) -> None:
        """Begin to look at the next round's chunk while this round's reply is being decoded.

        It pays on CUDA, where both run at once; elsewhere nothing is done. The round must then be
        given the very same array, unchanged; any other one is looked at in its turn.

        Raises:
            FrameError: The frames are not what a round takes.
        """
        self._sight.prepare(check_frames(frames, self.config.frames_per_chunk), self.config)

    def run(self, chunks: Iterable[object]) -> Iterator[StreamEvent]:
        """Comment on chunk after chunk; gives what is said as it is being said."""
        for frames in chunks:
            yield from self.watch(frames)

    def watch(
        self,
        frames: object,
        *,
        question: str | None = None,
        forced_reply: Sequence[int] | None = None,
    ) -> Iterator[StreamEvent]:
        """The same as `step`, as events. Closing the iterator early ends the reply there."""
        opened = self._new_round(forced_reply)
        chunk = check_frames(frames, opened.config.frames_per_chunk)
        self._memory.require_room()
        yield RoundStarted(opened.index, opened.start_s, opened.end_s)
        finished = yield from self._play(opened, chunk, question)
        if finished is None:
            self.reset()  # only now, when no error holds the round's tensors any more
            raise NotEnoughMemoryError(
                f"the stream does not fit into the memory of {self._model.device}; choose smaller "
                "windows, a smaller max_pixels or a smaller model"
            )
        yield RoundFinished(finished)

    def snapshot(self) -> Snapshot:
        """Of the tokens that have keys and values now: ids, positions, segments, bytes."""
        return self._memory.snapshot()

    def reset(self) -> None:
        """Forget everything and begin again at the first round."""
        vars(self).pop("_memory", None)  # the new one may need its place
        self._memory = StreamMemory(self._model, self.config, self._cache_limit_bytes)
        self._sampler.restart()
        self._applied_instruction = self._instruction
        self._next_index = 0

    def _new_round(self, forced_reply: Sequence[int] | None) -> _OpenRound:
        index, length = self._next_index, self.config.chunk_s
        start_s = self._start_s + index * length
        quirks = self.config.reference_quirks
        return _OpenRound(
            index,
            start_s,
            start_s + length,
            ReplyText(self._model.chat, reference_quirks=quirks),
            None if forced_reply is None else tuple(forced_reply),
            self.config,
            StageClock(self._model.devices),
        )

    def _play(
        self, opened: _OpenRound, frames: Frames, question: str | None
    ) -> Generator[StreamEvent, None, Round | None]:
        """Let a round happen; gives its report, or None where the memory did not suffice."""
        try:
            output = self._open(opened, frames, question)
            yield from self._speak(opened, output, is_asked=bool(question))
            return self._close(opened)
        except GeneratorExit:
            self._close(opened)
            raise
        except torch.OutOfMemoryError:
            return None
        except BaseException:  # Ctrl-C, too
            self.reset()  # half a round in the memory would spoil all that follow
            raise

    @torch.inference_mode()
    def _open(self, opened: _OpenRound, frames: Frames, question: str | None) -> Tensor:
        """Evict, look, prefill; gives the output from which the first token follows."""
        memory, model, clock = self._memory, self._model, opened.clock
        with clock.stage("evict"):
            self._apply_instruction()
            memory.reconfigure(opened.config, opened.index)
            memory.turn_over(opened.index, self._head)
        seen = self._sight.see(frames, opened.config, clock)
        opened.saved_share = seen.saved_share
        with clock.stage("prefill"):
            asked = self._asked(question, opened.index)
            turn = model.chat.user_turn(
                opened.start_s, opened.end_s, seen.clip.token_grid, asked, seen.clip.moments
            )
            memory.append_round(turn, seen.tokens, opened.index)
            return memory.prefill(self._max_tokens(opened))

    def _speak(
        self, opened: _OpenRound, output: Tensor, *, is_asked: bool
    ) -> Iterator[StreamEvent]:
        """Decode the reply, or take the forced one; gives its text as soon as it is certain."""
        token_id = self._first_token(opened, output, is_asked=is_asked)
        while token_id is not None:
            opened.ids.append(token_id)
            self._memory.extend_reply(token_id, opened.index)
            piece = opened.text.next_piece(opened.ids)
            if piece:
                yield TextPiece(opened.index, piece)
            token_id = self._next_token(opened, token_id)
        piece = opened.text.last_piece(opened.ids)
        if piece:
            yield TextPiece(opened.index, piece)

    @torch.inference_mode()
    def _first_token(self, opened: _OpenRound, output: Tensor, *, is_asked: bool) -> int | None:
        with opened.clock.stage("decode"):
            logits = self._model.decoder.logits(output)
            self._sampler.begin_reply(
                self._memory.token_ids,
                talkativeness=self._talkativeness,
                must_speak=is_asked and not self.config.reference_quirks,
            )
            return self._choose(opened, logits)

    @torch.inference_mode()
    def _next_token(self, opened: _OpenRound, token_id: int) -> int | None:
        """The token after `token_id`, None where the reply is complete."""
        ended = opened.forced is None and token_id in self._end_tokens
        if ended or len(opened.ids) >= self._max_tokens(opened):
            return None
        with opened.clock.stage("decode"):
            logits = self._model.decoder.logits(self._memory.decode(token_id))
            return self._choose(opened, logits)

    def _choose(self, opened: _OpenRound, logits: Tensor) -> int | None:
        chosen = self._sampler.choose(logits)
        if opened.forced is None:
            return chosen
        return opened.forced[len(opened.ids)] if len(opened.ids) < len(opened.forced) else None

    def _max_tokens(self, opened: _OpenRound) -> int:
        return opened.config.max_new_tokens if opened.forced is None else len(opened.forced)

    @torch.inference_mode()
    def _close(self, opened: _OpenRound) -> Round:
        """Sort the reply's tokens into the context, and report the round."""
        reply = self._model.chat.reply(opened.ids, self._end_tokens)
        self._memory.close_reply(reply, len(opened.ids), opened.index)
        self._next_index = opened.index + 1
        return Round(
            index=opened.index,
            start_s=opened.start_s,
            end_s=opened.end_s,
            text=opened.text.complete(opened.ids),
            token_ids=tuple(opened.ids),
            ended_by=self._ended_by(opened),
            timing=opened.clock.timing(),
            cache=self._memory.use(),
            saved_share=opened.saved_share,
        )

    def _ended_by(self, opened: _OpenRound) -> EndedBy:
        if opened.forced is not None:
            return "forced"
        ended = bool(opened.ids) and opened.ids[-1] in self._end_tokens
        return "end_token" if ended else "max_new_tokens"

    def _head(self) -> list[Piece]:
        """The turns before the first round."""
        chat, config = self._model.chat, self.config
        previous = chat.encode(self._previous_text)
        if not config.reference_quirks and config.scheme != "full":
            previous = cut_previous_text(previous, config.sink_tokens, config.previous_text_tokens)
        return [self._system(self._applied_instruction), *chat.previous(previous)]

    def _system(self, instruction: str | None) -> Piece:
        shown = None if self.config.reference_quirks else instruction
        return self._model.chat.system(self._system_prompt, shown)

    def _apply_instruction(self) -> None:
        """Put an instruction that was changed in mid-stream into the context."""
        wanted = self._instruction  # once: another thread may set the next one meanwhile
        if wanted == self._applied_instruction:
            return
        if self._next_index and not self.config.reference_quirks:
            self._memory.replace_system(self._system(wanted))
        self._applied_instruction = wanted

    def _asked(self, question: str | None, index: int) -> str | None:
        """What the round's turn says behind its clip."""
        if self.config.reference_quirks and index == 0 and self._applied_instruction:
            return self._applied_instruction + (question or "")
        return question
