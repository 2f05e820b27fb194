"""A stream from outside: rounds, events, questions, instructions, errors."""

from __future__ import annotations

import copy
import gc
import itertools
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.overrides import TorchFunctionMode

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from engine.cache.segments import SegmentKind
from engine.cache.store import KVStore
from engine.errors import ConfigError, FrameError, NotEnoughMemoryError, NumericsError
from engine.events import RoundFinished, RoundStarted, TextPiece
from tests.engine.logits import logits_of
from tests.engine.pictures import noise
from tests.engine.running import tokens_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.context import Snapshot
    from engine.events import StreamEvent

GREEDY = SamplingConfig(temperature=0.0)
NARROW = StreamingConfig(
    vision_window_rounds=2, text_window_rounds=3, sink_tokens=4, previous_text_tokens=6
)


def stream_of(
    model: LoadedModel, config: StreamingConfig = NARROW, **kwargs: str
) -> CommentaryStream:
    return CommentaryStream(model, config, GREEDY, **kwargs)


def words(model: LoadedModel, text: str) -> list[int]:
    return list(model.chat.encode(text))


def text_of(model: LoadedModel, snapshot: Snapshot) -> str:
    return str(model.tokenizer.decode(snapshot.token_ids))


def test_a_context_reads_as_documented(small_model: LoadedModel) -> None:
    stream = stream_of(
        small_model, system_prompt="Be brief.", instruction="In rhyme.", previous_text="Red."
    )
    stream.step(noise(0), question="Who?", forced_reply=small_model.chat.reply_ids(["Goal!"]))
    stream.step(noise(1), forced_reply=words(small_model, " No"))
    looked = "<|vision_start|>" + "<|video_pad|>" * 6 + "<|vision_end|>"
    assert text_of(small_model, stream.snapshot()) == (
        "<|im_start|>system\nBe brief.\nIn rhyme.<|im_end|>\n"
        "<|im_start|>previous text\nRed.<|im_end|>\n"
        f"<|im_start|>user\nTime=0.0-1.0s{looked}Who?<|im_end|>\n"
        "<|im_start|>assistant\n Goal! ...<|im_end|>\n"
        f"<|im_start|>user\nTime=1.0-2.0s{looked}<|im_end|>\n"
        "<|im_start|>assistant\n N"
    )


def test_rounds_tell_their_times_and_texts(small_model: LoadedModel) -> None:
    config = replace(NARROW, chunk_s=2.0)
    stream = CommentaryStream(small_model, config, GREEDY, start_s=1000.0)
    frames = noise(0, frames=4)
    spoken = stream.step(frames, forced_reply=small_model.chat.reply_ids(["Save", "by", "Red."]))
    silent = stream.step(frames, forced_reply=small_model.chat.reply_ids([]))
    unfinished = stream.step(frames, forced_reply=words(small_model, " Oh"))
    assert (spoken.index, spoken.start_s, spoken.end_s) == (0, 1000.0, 1002.0)
    assert (spoken.text, spoken.is_silent, spoken.ended_by) == (" Save by Red.", False, "forced")
    assert (silent.start_s, silent.text, silent.is_silent) == (1002.0, "", True)
    assert unfinished.text == " Oh"
    assert "Time=1004.0-1006.0s" in text_of(small_model, stream.snapshot())


def test_an_unfinished_reply_is_closed_and_run_in_the_next_round(small_model: LoadedModel) -> None:
    stream = stream_of(small_model)
    stream.step(noise(0), forced_reply=words(small_model, " Oh"))
    before = len(stream.snapshot().token_ids)
    stream.step(noise(1), forced_reply=())
    after = stream.snapshot()
    end = small_model.chat.special.turn_end
    assert after.token_ids[before : before + 3].tolist() == [
        ord("h") - 33,
        end,
        *words(small_model, "\n"),
    ]


def test_decoding_ends_with_the_end_token_or_the_limit(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, replace(NARROW, max_new_tokens=5))
    rounds = [stream.step(noise(seed)) for seed in range(20)]
    ends = small_model.defaults.end_tokens
    for spoken in rounds:
        assert 1 <= len(spoken.token_ids) <= 5
        ended = spoken.token_ids[-1] in ends
        assert spoken.ended_by == ("end_token" if ended else "max_new_tokens")
        assert not ends & set(spoken.token_ids[:-1])
        assert spoken.timing.total_s > 0


def test_pieces_of_text_add_up_and_are_never_taken_back(small_model: LoadedModel) -> None:
    stream, other = stream_of(small_model), stream_of(small_model)
    chunks = [noise(seed) for seed in range(6)]
    events = list(other.run(chunks))
    for index, chunk in enumerate(chunks):
        expected = stream.step(chunk)
        own = [event for event in events if _round_of(event) == index]
        assert isinstance(own[0], RoundStarted)
        assert isinstance(own[-1], RoundFinished)
        pieces = [event.text for event in own if isinstance(event, TextPiece)]
        assert "".join(pieces) == own[-1].round.text == expected.text
        assert own[-1].round.token_ids == expected.token_ids


def _round_of(event: StreamEvent) -> int:
    return event.round.index if isinstance(event, RoundFinished) else event.round_index


def test_the_silence_marker_is_never_shown(small_model: LoadedModel) -> None:
    stream = stream_of(small_model)
    reply = [
        *words(small_model, " A .. b"),
        *words(small_model, " ..."),
        small_model.chat.special.turn_end,
    ]
    shown = [
        event.text
        for event in stream.watch(noise(0), forced_reply=reply)
        if isinstance(event, TextPiece)
    ]
    assert "".join(shown) == " A .. b"


@pytest.mark.parametrize("num_events", range(2, 9))
def test_a_round_may_be_cut_short(small_model: LoadedModel, num_events: int) -> None:
    stream = stream_of(small_model)
    events = stream.watch(noise(0), forced_reply=words(small_model, " One .."))
    shown = "".join(
        event.text for event in itertools.islice(events, num_events) if isinstance(event, TextPiece)
    )
    events.close()
    following = stream.step(noise(1), forced_reply=())
    assert following.index == 1
    said = text_of(small_model, stream.snapshot()).split("assistant\n")[1].split("<|im_end|>")[0]
    assert said.startswith(shown)
    assert " One ..".startswith(said)


def test_a_reply_moves_to_the_previous_text_without_its_marker_only(
    small_model: LoadedModel,
) -> None:
    config = StreamingConfig(text_window_rounds=1, vision_window_rounds=2)
    stream = CommentaryStream(small_model, config, GREEDY, previous_text="So far.")
    chat = small_model.chat
    endoftext = small_model.tokenizer.convert_tokens_to_ids("<|endoftext|>")
    replies: list[Sequence[int]] = [
        chat.reply_ids(["Goal!"]),
        words(small_model, " cut off"),
        chat.reply_ids([]),
        (*chat.encode(" Yes ..."), endoftext),
    ]
    for seed, reply in enumerate(replies):
        stream.step(noise(seed), forced_reply=reply)
    stream.step(noise(9), forced_reply=())
    context = text_of(small_model, stream.snapshot())
    assert "previous text\nSo far. Goal! cut off Yes<|im_end|>\n" in context


def test_a_cut_replys_last_token_is_run_before_it_moves(small_model: LoadedModel) -> None:
    config = StreamingConfig(text_window_rounds=1, vision_window_rounds=1)
    stream = CommentaryStream(small_model, config, GREEDY)
    stream.step(noise(0), forced_reply=words(small_model, " ab"))
    stream.step(noise(1), forced_reply=words(small_model, " cd"))
    kinds = [(part.kind, part.stop - part.start) for part in stream.snapshot().segments]
    assert (SegmentKind.PREVIOUS_TEXT, 3) in kinds


@pytest.mark.parametrize("quirks", [False, True])
def test_the_picture_may_change_its_size(small_model: LoadedModel, quirks: bool) -> None:
    stream = stream_of(small_model, replace(NARROW, reference_quirks=quirks))
    for seed, (height, width) in enumerate([(56, 84), (112, 56), (300, 200), (40, 31), (56, 84)]):
        stream.step(noise(seed, height=height, width=width))
        snapshot = stream.snapshot()
        assert snapshot.positions.shape == (3, len(snapshot.token_ids))
        clips = [part for part in snapshot.segments if part.kind == SegmentKind.VISION]
        assert len(clips) == min(seed + 1, 2)
    sizes = [part.stop - part.start - 2 for part in clips]
    assert sizes == [6, 6]


@pytest.mark.parametrize("quirks", [False, True])
@pytest.mark.parametrize("vision", [0, 1, 2, 4])
@pytest.mark.parametrize("text", [0, 1, 3])
@pytest.mark.parametrize("positions", ["contiguous", "native"])
def test_any_windows_run_within_their_bound(
    small_model: LoadedModel, vision: int, text: int, positions: str, quirks: bool
) -> None:
    config = StreamingConfig(
        vision_window_rounds=vision,
        text_window_rounds=text,
        sink_tokens=vision,
        previous_text_tokens=text,
        max_new_tokens=4,
        positions=positions,
        reference_quirks=quirks,
    )
    stream = CommentaryStream(small_model, config, GREEDY, instruction="Go.")
    for seed in range(8):
        spoken = stream.step(noise(seed))
        snapshot = stream.snapshot()
        assert spoken.cache.bound_tokens is not None
        assert spoken.cache.total_tokens == len(snapshot.token_ids) <= spoken.cache.bound_tokens
        assert snapshot.positions.shape == (3, len(snapshot.token_ids))


def test_a_window_of_0_keeps_none_once_the_round_is_over(small_model: LoadedModel) -> None:
    config = StreamingConfig(vision_window_rounds=0, text_window_rounds=0)
    stream = CommentaryStream(small_model, config, GREEDY)
    for seed in range(3):
        stream.step(noise(seed), forced_reply=words(small_model, " ab"))
        kinds = {part.kind for part in stream.snapshot().segments}
        assert kinds == {
            SegmentKind.SYSTEM,
            SegmentKind.PREVIOUS_HEAD,
            SegmentKind.PREVIOUS_TEXT,
            SegmentKind.PREVIOUS_TAIL,
        }
    assert "previous text\n ab ab ab<" in text_of(small_model, stream.snapshot())


def test_a_window_of_0_sees_what_a_window_of_1_sees(small_model: LoadedModel) -> None:
    narrow = replace(NARROW, vision_window_rounds=0, text_window_rounds=0)
    one = replace(NARROW, vision_window_rounds=1, text_window_rounds=1)
    streams = [stream_of(small_model, config) for config in (narrow, one)]
    for seed in range(6):
        with logits_of(small_model) as logits:
            first, second = (stream.step(noise(seed)) for stream in streams)
        assert first.token_ids == second.token_ids
        torch.testing.assert_close(
            torch.stack(logits[: len(logits) // 2]),
            torch.stack(logits[len(logits) // 2 :]),
            rtol=0,
            atol=1e-4,
        )


def test_previous_text_is_cut_before_the_first_round(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, previous_text="abcdefghijklmnop")
    stream.step(noise(0))
    assert "previous text\nabcdklmnop<" in text_of(small_model, stream.snapshot())


def test_an_instruction_may_change_in_mid_stream(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, instruction="Quietly.")
    for seed in range(4):
        stream.step(noise(seed), forced_reply=small_model.chat.reply_ids([f"w{seed}"]))
    before = stream.snapshot()
    stream.instruction = "Loudly, and in rhyme."
    assert torch.equal(stream.snapshot().token_ids, before.token_ids)
    stream.step(noise(4), forced_reply=())
    context = text_of(small_model, stream.snapshot())
    assert context.startswith(
        "<|im_start|>system\nYou are a helpful assistant.\nLoudly, and in rhyme.<|im_end|>\n"
    )
    assert "Quietly" not in context
    stream.instruction = None
    stream.step(noise(5), forced_reply=())
    assert "rhyme" not in text_of(small_model, stream.snapshot())
    positions = stream.snapshot().positions
    assert positions[:, 0].tolist() == [0, 0, 0]
    assert set(positions.flatten().tolist()) == set(range(int(positions.max()) + 1))


def test_a_changed_instruction_looks_like_one_given_at_the_start(
    small_model: LoadedModel,
) -> None:
    changed = stream_of(small_model, instruction="A.")
    given = stream_of(small_model, instruction="Much longer.")
    changed.step(noise(0), forced_reply=())
    given.step(noise(0), forced_reply=())
    changed.instruction = "Much longer."
    for stream in (changed, given):
        stream.step(noise(1), forced_reply=())
    first, second = changed.snapshot(), given.snapshot()
    assert torch.equal(first.token_ids, second.token_ids)
    assert torch.equal(first.positions, second.positions)


def test_an_instruction_set_while_another_is_being_applied_is_not_lost(
    small_model: LoadedModel,
) -> None:
    stream = stream_of(small_model, instruction="A.")
    stream.step(noise(0), forced_reply=())
    stream.instruction = "B."

    def set_next(*_: object) -> None:
        stream.instruction = "C."  # as another thread does it while the first turn is computed

    embedding = small_model.network.model.language_model.embed_tokens
    with embedding.register_forward_hook(set_next):
        stream.step(noise(1), forced_reply=())
    assert "\nB.<" in text_of(small_model, stream.snapshot())
    stream.step(noise(2), forced_reply=())
    assert "\nC.<" in text_of(small_model, stream.snapshot())


def test_only_the_first_turn_is_computed_again(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, instruction="A.")
    stream.step(noise(0), forced_reply=())
    stream.instruction = "Much longer."
    with tokens_run(small_model.decoder) as run:
        stream.step(noise(1), forced_reply=())
    system = stream.snapshot().segments[0]
    assert system.kind == SegmentKind.SYSTEM
    assert run[0] == system.stop
    assert run[1] < 60


def test_reset_begins_again_and_gives_the_same(small_model: LoadedModel) -> None:
    sampling = SamplingConfig(temperature=1.0, seed=7)
    stream = CommentaryStream(small_model, NARROW, sampling, previous_text="Red.")
    first = [stream.step(noise(seed)) for seed in range(5)]
    stream.reset()
    assert len(stream.snapshot().token_ids) == 0
    again = [stream.step(noise(seed)) for seed in range(5)]
    assert [spoken.token_ids for spoken in again] == [spoken.token_ids for spoken in first]
    assert again[0].index == 0


def test_a_snapshot_is_a_consistent_copy(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, previous_text="Red leads.")
    for seed in range(5):
        spoken = stream.step(noise(seed))
    snapshot = stream.snapshot()
    stream.step(noise(9))
    length = len(snapshot.token_ids)
    assert snapshot.positions.shape == (3, length)
    assert snapshot.segments[0].start == 0
    assert snapshot.segments[-1].stop == length
    joints = zip(snapshot.segments, snapshot.segments[1:], strict=False)
    assert all(part.stop == following.start for part, following in joints)
    assert snapshot.num_bytes == spoken.cache.num_bytes > 0
    assert len(stream.snapshot().token_ids) != length or not torch.equal(
        stream.snapshot().token_ids, snapshot.token_ids
    )


@pytest.mark.parametrize(
    "frames", [noise(0, frames=3), noise(0).astype(np.float32), noise(0)[..., 0], "picture"]
)
def test_wrong_frames_change_nothing(small_model: LoadedModel, frames: object) -> None:
    stream = stream_of(small_model)
    stream.step(noise(0))
    before = stream.snapshot()
    with pytest.raises(FrameError):
        stream.step(frames)
    assert torch.equal(stream.snapshot().token_ids, before.token_ids)
    assert stream.step(noise(1)).index == 1


def test_non_finite_logits_are_reported_and_the_stream_begins_again(
    small_model: LoadedModel,
) -> None:
    network = copy.deepcopy(small_model.network)
    network.lm_head.weight[5] = float("nan")
    stream = stream_of(replace(small_model, network=network))
    with pytest.raises(NumericsError, match="float32"):
        stream.step(noise(0))
    network.lm_head.weight[5] = 0.0
    assert stream.step(noise(0)).index == 0


def test_an_interrupted_round_leaves_nothing_behind(small_model: LoadedModel) -> None:
    stream = stream_of(small_model)
    undisturbed = [stream.step(noise(seed)).token_ids for seed in range(3)]
    stream.reset()
    stream.step(noise(0))
    with interrupted_head(small_model), pytest.raises(KeyboardInterrupt):
        stream.step(noise(1))
    assert [stream.step(noise(seed)).token_ids for seed in range(3)] == undisturbed


@contextmanager
def interrupted_head(model: LoadedModel) -> Iterator[None]:
    """Ctrl-C comes while the model's head runs."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    hook = model.network.lm_head.register_forward_hook(interrupt)
    try:
        yield
    finally:
        hook.remove()


def test_a_round_without_memory_gives_its_own_back_before_the_stream_begins_again(
    small_model: LoadedModel,
) -> None:
    stream = stream_of(small_model)
    first = stream.step(noise(0)).token_ids
    gc.collect()  # stores of other tests
    num_stores = len(living_stores())
    with StoresWhenAllocating() as counts:
        with out_of_memory(small_model), pytest.raises(NotEnoughMemoryError, match="smaller"):
            stream.step(noise(1))
        assert counts.of == [num_stores], "the new one alone"
        again = stream.step(noise(0))
    assert (again.index, again.token_ids) == (0, first)


@contextmanager
def out_of_memory(model: LoadedModel) -> Iterator[None]:
    """The device is full when the model's head runs."""

    def refuse(*_: object) -> None:
        raise torch.OutOfMemoryError("as of a full card")

    with model.network.lm_head.register_forward_hook(refuse):
        yield


def living_stores() -> list[KVStore]:
    return [each for each in gc.get_objects() if type(each) is KVStore]


class StoresWhenAllocating(TorchFunctionMode):
    """Counts the stores that there are whenever one allocates its memory."""

    def __init__(self) -> None:
        super().__init__()
        self.of: list[int] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is torch.zeros and len(args[0]) == 5:
            self.of.append(len(living_stores()))
        return func(*args, **(kwargs or {}))


def test_the_references_instruction_cannot_change_later(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, replace(NARROW, reference_quirks=True), instruction="One.")
    stream.instruction = "Two."
    stream.step(noise(0), forced_reply=())
    assert "<|vision_end|>Two.<|im_end|>" in text_of(small_model, stream.snapshot())
    with pytest.raises(ConfigError, match="reference_quirks"):
        stream.instruction = "Three."


def test_text_that_looks_like_a_special_token_stays_text(small_model: LoadedModel) -> None:
    stream = stream_of(small_model, previous_text="<|im_end|>")
    stream.step(noise(0), question="<|video_pad|>", forced_reply=())
    ids = stream.snapshot().token_ids
    special = small_model.chat.special
    assert int((ids == special.video_pad).sum()) == 6
    assert int((ids == special.turn_end).sum()) == 3
