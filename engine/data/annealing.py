"""Samples for the second stage of training: dense live commentary without long pauses.

A sample lasts 16 to 64 s, is nowhere silent for more than 3 s, has at least two words per second,
and more than 80 % of it is real-time commentary. The first three are counted, the last is judged by
a language model: it labels each sentence, and the words of the live ones are counted.

Source: StreamingVLM (arXiv:2510.09608), data; 14,786 such samples were used there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from engine.data.chat_client import ChatRequest, json_reply
from engine.data.clips import StreamCutter
from engine.data.sentences import numbered, split_sentences
from engine.errors import ConfigError, ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from engine.data.samples import Sample, Word

LABEL_TOKENS = 3  # of a reply, per sentence

SYSTEM_PROMPT = """\
You judge whether the transcript of a video is real-time commentary. You get numbered sentences in
the order in which they were spoken. Label each:

- live: speaks of what happens on the screen at this moment: actions, players, results, reactions.
- other: anything that the picture of this moment does not show: background, statistics, memories,
  interviews, advertising, announcements, greetings.

Answer with one JSON object and nothing else. Give one label for every sentence, in order:
{"labels": ["live", "other", "live"]}"""


@dataclass(frozen=True, slots=True)
class AnnealingOptions:
    """What a sample must be like.

    Attributes:
        min_s: Shortest sample.
        max_s: Longest sample; longer runs of commentary are cut into equal parts.
        max_silence_s: Longest pause between two words.
        min_words_per_s: Words per second, at least.
        min_live_share: More than this share of the words must be real-time commentary.
        previous_words: As in `ClipOptions`.

    Raises:
        ConfigError: A value is out of its range.
    """

    min_s: float = 16.0
    max_s: float = 64.0
    max_silence_s: float = 3.0
    min_words_per_s: float = 2.0
    min_live_share: float = 0.8
    previous_words: int = 1024

    def __post_init__(self) -> None:
        if not (self.min_s > 0 and 1 <= self.max_s < math.inf and self.max_s >= self.min_s):
            raise ConfigError(
                f"min_s ({self.min_s:g}) must be positive and at most max_s ({self.max_s:g}), "
                "which is at least 1"
            )
        for name in ("max_silence_s", "min_words_per_s", "previous_words"):
            if not getattr(self, name) >= 0:
                raise ConfigError(f"{name} must be 0 or more, it is {getattr(self, name)}")
        if not 0 <= self.min_live_share < 1:
            raise ConfigError(f"min_live_share must be in [0, 1), it is {self.min_live_share}")


class _Labels(BaseModel):
    labels: list[Literal["live", "other"]]


def candidates(stream: Sample, options: AnnealingOptions | None = None) -> Iterator[Sample]:
    """Yield the parts of a stream that meet every rule that can be counted, in order.

    Parts begin and end whole seconds after the stream does, so that rounds fit into them.

    Raises:
        DataError: A word or a question lies outside the stream.
    """
    options = options or AnnealingOptions()
    cutter = StreamCutter(stream, options.previous_words)
    words = sorted(stream.text_stream, key=lambda word: word.end_s)
    for run in runs_without_silence(words, options.max_silence_s):
        for start_s, end_s in _parts(run, stream, options):
            part = cutter.cut(start_s, end_s)
            if len(part.text_stream) >= max(1, options.min_words_per_s * part.duration_s):
                yield part


def runs_without_silence(words: Iterable[Word], max_silence_s: float) -> Iterator[list[Word]]:
    """Cut words, sorted by their ends, wherever nobody speaks for more than `max_silence_s`."""
    run: list[Word] = []
    for word in words:
        if run and word.start_s - run[-1].end_s > max_silence_s:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _parts(
    run: Sequence[Word], stream: Sample, options: AnnealingOptions
) -> Iterator[tuple[float, float]]:
    """Yield equal parts of a run, of whole seconds and of allowed length."""
    first_s = max(0, math.floor(run[0].start_s - stream.video_start))
    last_s = math.ceil(run[-1].end_s - stream.video_start)
    last_s = min(last_s, math.floor(stream.duration_s))
    num_parts = max(1, math.ceil((last_s - first_s) / math.floor(options.max_s)))
    borders = [first_s + (last_s - first_s) * i // num_parts for i in range(num_parts + 1)]
    for i in range(num_parts):
        if borders[i + 1] - borders[i] >= options.min_s:
            yield stream.video_start + borders[i], stream.video_start + borders[i + 1]


def judging_request(sample: Sample) -> ChatRequest:
    """The question whether a sample is real-time commentary."""
    sentences = tuple(split_sentences(sample.text_stream))
    return ChatRequest(
        SYSTEM_PROMPT,
        f"Sentences:\n{numbered(sentences)}",
        check=partial(live_share, sample),
        label=f"{sample.video}, {sample.video_start:g} to {sample.video_end:g} s",
        expected_reply_tokens=LABEL_TOKENS * (len(sentences) + 2),
    )


def live_share(sample: Sample, reply: str) -> float:
    """Share of a sample's words that are real-time commentary according to a reply.

    Raises:
        ReplyError: The reply does not hold one label for each sentence.
    """
    sentences = list(split_sentences(sample.text_stream))
    labels = json_reply(reply, _Labels).labels
    if len(labels) != len(sentences):
        raise ReplyError(f"expected {len(sentences)} labels, got {len(labels)}")
    live = sum(
        len(sentence.words)
        for sentence, label in zip(sentences, labels, strict=True)
        if label == "live"
    )
    return live / len(sample.text_stream)


def select(
    samples: Iterable[Sample],
    reply_to: Callable[[ChatRequest], str | None],
    min_live_share: float,
) -> Iterator[Sample]:
    """Yield the samples whose replies find more than the share of real-time commentary in them.

    A sample without a reply, because the endpoint refused to judge it, is not among them.

    Raises:
        ReplyError: A reply does not have the form that was asked for.
    """
    for sample in samples:
        reply = reply_to(judging_request(sample))
        if reply is not None and live_share(sample, reply) > min_live_share:
            yield sample
