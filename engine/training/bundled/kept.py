"""Last stage: the network learns on the states that a stream really keeps.

On clips every state is computed in the place where it is read. A stream reads states that were
computed long ago, at other positions and behind other tokens, and a small model that has only
seen clips counts by what such states do not tell. So here a match is watched through the very
memory that streams have, a stretch of rounds at a time: old states are taken as they are, the
stretch itself is learnt as a clip is.

A real match tells its score five times a minute. Seconds in which it is not told are thinned out
here, in some streams more than in others; those that stay ask for it in asides (see `asides.py`).
Scores are told anew as in `scores.Retelling`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import DynamicCache

from engine.config import StreamingConfig
from engine.match.words import TELLING_SCORE, line_for
from engine.memory import StreamMemory
from engine.training.bundled.asides import Branched, learnt_in_asides, with_asides
from engine.training.bundled.clips import draw_stream, event_in, pictures_of, scenes_of
from engine.training.bundled.scores import Retelling
from engine.training.bundled.vocabulary import HardWords
from engine.training.encode import IGNORED, num_learnt
from engine.vision import ClipPatches, patches_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.cache.segments import Piece
    from engine.context import Waiting
    from engine.match.events import MatchEvent
    from engine.match.scene import Scene
    from engine.model import LoadedModel

ROUNDS = 16  # of a stretch
STREAMS = 4  # side by side, one stretch of each a step
LIVES = (75, 75, 40, 6)  # stretches of each; short ones, since a stream's opening is hard
_STAGGER = 18  # stretches between the ends of two streams, so that all ages are learnt at once
_SMOOTHING = 0.985
_QUIET_SHARES = (0.1, 0.3, 1.0, 1.0)  # of a stream's seconds without a score: what is left
_SCORE_WEIGHT = 10.0  # in the loss; elsewhere phrasings that nobody can foresee outweigh numbers


@dataclass(frozen=True, slots=True)
class KeptLessons:
    """Which matches are watched, and how they are told.

    Attributes:
        first_seed: Of the matches, whose seeds count up from it.
        leaping_share: Of the streams: how many tell scores that leap. The others tell the true
            ones, so that what follows from a won match is met as often as it is.
        are_openings_whole: Whether the others are thinned out only once a goal was told: for long a
            new match is told by one line, behind many of the one before.
    """

    first_seed: int
    leaping_share: float = 1.0
    are_openings_whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Rounds to be learnt.

    Attributes:
        waiting: Their tokens, and the states before them.
        seen: Vision tokens of their clips, (v, E).
        unforeseeable: Rounds whose score does not follow from what was said before.
        asides: Tokens that might begin the reply of a round instead, by round.
    """

    waiting: Waiting
    seen: Tensor
    unforeseeable: frozenset[int]
    asides: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Second:
    """A second of a match that is watched."""

    scenes: list[Scene]
    line: str
    is_foreseeable: bool
    aside: str


class Watched:
    """A match under commentary, and the memory of a stream that watches it.

    Args:
        model: Whose states are kept; they are computed with its weights of that moment.
        seed: Of the match, and of how it is sampled and told.
        leaps: Whether scores leap.
        is_opening_whole: Whether no second is left out before a match's first goal.
    """

    def __init__(
        self,
        model: LoadedModel,
        seed: int,
        *,
        leaps: bool = True,
        is_opening_whole: bool = False,
    ) -> None:
        rng = random.Random(f"watched {seed}")
        self._model, self._rng, self._next_round = model, rng, 0
        self._match, self._phase_s = draw_stream(seed, rng)
        self._later = rng.choice((0, 0, 0, rng.randrange(20_000)))  # than the time it began
        self._quiet_share = rng.choice(_QUIET_SHARES)
        self._is_opening_whole = is_opening_whole
        self._seconds = self._thinned(Retelling(rng, leaps=leaps))
        self._memory = StreamMemory(model, StreamingConfig())

    def watch(self) -> Stretch:
        """Go on by a stretch."""
        first, last = self._next_round, self._next_round + ROUNDS
        seconds = dict(zip(range(first, last), self._seconds, strict=False))
        clips = {index: self._clip_of(second) for index, second in seconds.items()}
        seen = dict(zip(clips, self._model.embed_clips(list(clips.values())), strict=True))
        with torch.no_grad():
            self._memory.turn_over(first, self._head)
            for index, second in seconds.items():
                self._append(index, clips[index], seen[index].detach(), second.line)
        self._next_round = last
        asides = {index: second.aside for index, second in seconds.items() if second.aside}
        return Stretch(
            self._memory.waiting(),
            torch.cat(list(seen.values())),
            frozenset(index for index, second in seconds.items() if not second.is_foreseeable),
            {index: self._model.chat.encode(f" {line}") for index, line in asides.items()},
        )

    @torch.no_grad()
    def settle(self) -> Tensor:
        """Compute and keep the states of the last stretch; gives its last token's output (E,)."""
        return self._memory.prefill(0)

    def _thinned(self, retelling: Retelling) -> Iterator[_Second]:
        """The match's seconds, without most of those that tell no score."""
        for index in count():
            scenes = scenes_of(self._match, self._phase_s + index, 1)
            event = event_in(self._match, self._phase_s, index)
            told = None if event is None else retelling.retell(event)
            is_quiet = told is None or told.event.kind not in TELLING_SCORE
            is_whole = self._is_opening_whole and not any(retelling.score)
            if is_quiet and not is_whole and self._rng.random() >= self._quiet_share:
                continue
            line = "" if told is None else self._line(told.event)
            aside = self._line(retelling.suppose()) if is_quiet else ""
            yield _Second(scenes, line, told is None or told.is_foreseeable, aside)

    def _line(self, event: MatchEvent) -> str:
        return line_for(event, self._match.teams, self._rng)

    def _clip_of(self, second: _Second) -> ClipPatches:
        return patches_of(next(pictures_of(self._match, second.scenes)), self._model.patches)

    def _append(self, index: int, clip: ClipPatches, seen: Tensor, line: str) -> None:
        """Put one round and its reply into the memory."""
        chat, begin = self._model.chat, float(index + self._later)
        turn = chat.user_turn(begin, begin + 1, clip.token_grid, None, clip.moments)
        self._memory.append_round(turn, seen, index)
        self._memory.close_reply(chat.reply(chat.reply_ids(line.split())), 0, index)

    def _head(self) -> list[Piece]:
        chat = self._model.chat
        return [chat.system(), *chat.previous(chat.encode(self._match.introduction))]


class KeptTask:
    """Learning the replies of stretches, each on the kept states of what came before.

    A resumed run watches the streams again from their beginnings with the weights that it has, so
    kept states may be younger than in a run that was not interrupted.

    Args:
        name: Of the stage.
        model: What learns, as streams use it.
        lessons: What is watched.
    """

    def __init__(self, name: str, model: LoadedModel, lessons: KeptLessons) -> None:
        self.name = name
        self._model, self._lessons = model, lessons
        self._network = model.network
        self._network.requires_grad_(True)
        self._decoder = model.decoder  # shares the network's weights, so it learns with them
        vocabulary = self._network.config.text_config.vocab_size
        self._words = HardWords.of(model.chat, vocabulary)
        self._weights = self._words.weights.clone()
        self._weights[self._words.scores] = _SCORE_WEIGHT
        self._streams: dict[int, tuple[int, Watched]] = {}
        self._right = {"name": 0.0, "score": 0.0}
        self._asked = {"name": 0.0, "score": 0.0}

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The whole network."""
        return {"network": self._network}

    def loss(self, step: int) -> Tensor:
        """Mean loss of the stretches of step `step`."""
        losses = [self._loss_of(self._stream(index, step).watch()) for index in range(STREAMS)]
        return torch.stack(losses).mean()

    def report(self) -> dict[str, float]:
        """How often names and scores after colours were right lately, before they were learnt."""
        return {kind: hits / max(self._asked[kind], 1.0) for kind, hits in self._right.items()}

    def _stream(self, index: int, step: int) -> Watched:
        """Stream `index` of those side by side, ready for the stretch of step `step`."""
        age = (step + index * _STAGGER) // LIVES[index]
        begun = max(0, age * LIVES[index] - index * _STAGGER)
        seed = self._lessons.first_seed + age * STREAMS + index
        known_seed, stream = self._streams.get(index, (None, None))
        if stream is not None and known_seed == seed:
            stream.settle()
            return stream
        leaps = random.Random(f"leaps {seed}").random() < self._lessons.leaping_share
        is_opening_whole = self._lessons.are_openings_whole and not leaps
        stream = Watched(self._model, seed, leaps=leaps, is_opening_whole=is_opening_whole)
        for _ in range(step - begun):
            stream.watch()
            stream.settle()
        self._streams[index] = seed, stream
        return stream

    def _loss_of(self, stretch: Stretch) -> Tensor:
        branched = with_asides(stretch.waiting, stretch.asides)
        learnt_aside = learnt_in_asides(branched, self._words)
        labels = torch.cat([labels_of(stretch, self._words), learnt_aside])
        outputs = hidden_states(self._network, branched, stretch.seen)
        logits = self._network.lm_head(outputs).float()
        self._count(branched.token_ids, logits.detach(), labels)
        return functional.cross_entropy(
            logits[:-1], labels[1:], weight=self._weights, ignore_index=IGNORED
        )

    def _count(self, ids: Tensor, logits: Tensor, labels: Tensor) -> None:
        right = logits[:-1].argmax(-1) == labels[1:]
        for kind, asked in self._words.asked(ids[None], labels[None]).items():
            self._right[kind] = _SMOOTHING * self._right[kind] + float((right & asked[0]).sum())
            self._asked[kind] = _SMOOTHING * self._asked[kind] + float(asked.sum())


def hidden_states(network: Any, branched: Branched, seen: Tensor) -> Tensor:
    """The language model's outputs (n, E) for waiting tokens, by transformers' own network.

    Args:
        network: transformers' model.
        branched: The tokens and the states before them.
        seen: Vision tokens (v, E) in the place of the pictures' tokens.
    """
    past: Any = DynamicCache()
    for layer, (keys, values) in enumerate(branched.past):
        past.update(keys, values, layer)
    is_picture = branched.token_ids == network.config.video_token_id
    inputs = network.model.language_model.embed_tokens(branched.token_ids)
    return network.model.language_model(
        inputs_embeds=inputs.masked_scatter(is_picture[:, None], seen)[None],
        position_ids=branched.positions[:, None],
        attention_mask=branched.visible[None, None],
        past_key_values=past,
    ).last_hidden_state[0]


def labels_of(stretch: Stretch, words: HardWords) -> Tensor:
    """What is to be said, (n,): words, marker, and the end of the turn, but no score that leaps."""
    ids = stretch.waiting.token_ids
    labels = torch.full_like(ids, IGNORED)
    for part in stretch.waiting.segments:
        stop = part.start + num_learnt(part.kind, part.stop - part.start)
        labels[part.start : stop] = ids[part.start : stop]
        if part.round_index in stretch.unforeseeable:
            said = labels[part.start : part.stop]
            said[torch.isin(said, words.scores)] = IGNORED
    return labels
