"""Learning on kept states: what is learnt is what a stream computes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

import pytest
import torch

from engine import load_model
from engine.cache.segments import SegmentKind
from engine.match import EventKind
from engine.match.parsing import parse_line
from engine.training.bundled import blank
from engine.training.bundled.asides import with_asides
from engine.training.bundled.kept import KeptLessons, KeptTask, Watched, hidden_states, labels_of
from engine.training.bundled.vocabulary import HardWords
from engine.training.encode import IGNORED, SPOKEN

if TYPE_CHECKING:
    from engine.model import LoadedModel

SEED = 550_000


def tells_goal(second: Any) -> bool:
    claim = parse_line(second.line)
    return claim is not None and claim.kind is EventKind.GOAL


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """The bundled model before training."""
    folder = tmp_path_factory.mktemp("blank")
    blank.save(*blank.build(1), folder)
    return load_model(str(folder), device="cpu", dtype="float32")


def test_a_stretch_is_learnt_on_the_states_that_the_engine_computes(model: LoadedModel) -> None:
    watched = Watched(model, SEED)
    for _ in range(3):  # old rounds leave before the second stretch
        stretch = watched.watch()
        waiting = stretch.waiting
        with torch.no_grad():
            branched = with_asides(waiting, stretch.asides)
            outputs = hidden_states(model.network, branched, stretch.seen)[: len(waiting.token_ids)]
            learnt = model.network.lm_head(outputs[-1])
            streamed = model.decoder.logits(watched.settle())
        torch.testing.assert_close(learnt, streamed, rtol=1e-4, atol=1e-4)
    assert waiting.past[0][0].shape[2] > len(waiting.token_ids)


def test_an_aside_sees_what_a_reply_in_its_place_would_see(model: LoadedModel) -> None:
    watched = Watched(model, SEED + 1)
    watched.watch()
    watched.settle()
    stretch = watched.watch()
    waiting = stretch.waiting
    with torch.no_grad():
        outputs = hidden_states(
            model.network, with_asides(waiting, stretch.asides), stretch.seen
        ).split([len(waiting.token_ids), *map(len, stretch.asides.values())])
    assert len(outputs) > 2
    for (index, ids), output in zip(stretch.asides.items(), outputs[1:], strict=True):
        start = min(
            part.start
            for part in waiting.segments
            if part.round_index == index and part.kind in SPOKEN
        )
        said = torch.cat([waiting.token_ids[:start], torch.tensor(ids)])
        first = waiting.positions[:, start : start + 1]
        places = torch.cat([waiting.positions[:, :start], first + torch.arange(len(ids))], 1)
        alone = with_asides(replace(waiting, token_ids=said, positions=places, segments=()), {})
        seen = stretch.seen[: int((said == model.network.config.video_token_id).sum())]
        with torch.no_grad():
            expected = hidden_states(model.network, alone, seen)[start:]
        torch.testing.assert_close(output, expected, rtol=1e-4, atol=1e-4)


def test_asides_go_on_from_the_score_that_was_told_last(model: LoadedModel) -> None:
    watched, chat = Watched(model, SEED + 2), model.chat
    told: dict[str, int] = {}
    kinds: set[EventKind] = set()
    for _ in range(6):
        stretch = watched.watch()
        watched.settle()
        replies = {
            part.round_index: stretch.waiting.token_ids[part.start : part.stop].tolist()
            for part in stretch.waiting.segments
            if part.kind is SegmentKind.REPLY
        }
        rounds = sorted({*replies, *stretch.asides}, key=lambda index: index or 0)
        for index in rounds:
            aside = parse_line(chat.decode(stretch.asides.get(index, ())))
            if aside is not None and told:
                kinds.add(aside.kind)
                grown = {**told}
                if aside.kind is EventKind.GOAL:
                    grown[aside.colour] += 1
                assert dict(aside.score) == grown
            said = parse_line(chat.decode(replies.get(index, [])))
            if said is not None and said.score is not None:
                told = dict(said.score)
    assert kinds == {EventKind.GOAL, EventKind.KICK_OFF, EventKind.SAVE, EventKind.WIDE}


def test_all_words_are_learnt_but_scores_that_leap(model: LoadedModel) -> None:
    words = HardWords.of(model.chat, model.network.config.text_config.vocab_size)
    watched = Watched(model, SEED)
    leaps = 0
    for _ in range(4):
        stretch = watched.watch()
        watched.settle()
        labels = labels_of(stretch, words)
        for part in stretch.waiting.segments:
            if part.kind is not SegmentKind.REPLY:
                continue
            ids = stretch.waiting.token_ids[part.start : part.stop]
            learnt = labels[part.start : part.stop]
            is_score = torch.isin(ids, words.scores)
            if part.round_index in stretch.unforeseeable:
                leaps += 1
                assert (learnt[is_score] == IGNORED).all()
                assert is_score.sum() == 2
                is_score = ~is_score
                torch.testing.assert_close(learnt[is_score], ids[is_score])
            else:
                torch.testing.assert_close(learnt, ids)
    assert leaps


def test_the_vision_tower_learns_too(model: LoadedModel) -> None:
    task = KeptTask("kept", model, KeptLessons(SEED))
    task.loss(1).backward()
    tower = task.modules["network"].get_submodule("model.visual")
    assert all(parameter.grad is not None for parameter in tower.parameters())
    assert all(
        parameter.grad.any() for parameter in tower.parameters() if parameter.grad is not None
    )
    model.network.zero_grad(set_to_none=True)


def test_a_resumed_task_goes_on_where_it_was(model: LoadedModel) -> None:
    whole, resumed = (
        KeptTask("kept", model, KeptLessons(SEED)),
        KeptTask("kept", model, KeptLessons(SEED)),
    )
    with torch.no_grad():
        losses = [float(whole.loss(step)) for step in range(3)]
        assert float(resumed.loss(2)) == pytest.approx(losses[2], rel=1e-4)
    assert losses[2] != losses[1]


@pytest.mark.parametrize("is_whole", [True, False])
def test_openings_are_as_long_as_in_a_real_match(model: LoadedModel, *, is_whole: bool) -> None:
    streams = (
        Watched(model, SEED + seed, leaps=False, is_opening_whole=is_whole) for seed in range(9)
    )
    times: list[list[float]] = []
    for stream in streams:
        opening = takewhile(
            lambda second: not any(map(tells_goal, second)), pairwise(stream._seconds)
        )
        times.append([later.scenes[0].time_s - one.scenes[0].time_s for one, later in opening])
    assert all(step == pytest.approx(1) for steps in times for step in steps) == is_whole


def test_as_many_streams_leap_as_were_asked_for(model: LoadedModel) -> None:
    """A stream that never leaps tells a foreseeable score in each of its seconds."""
    with torch.no_grad():
        for share, expected in ((0.0, False), (1.0, True)):
            task = KeptTask("kept", model, KeptLessons(SEED, leaping_share=share))
            stretches = [task._stream(0, step).watch() for step in range(6)]
            assert any(stretch.unforeseeable for stretch in stretches) == expected


def test_the_engine_speaks_with_the_weights_that_are_learnt(model: LoadedModel) -> None:
    task = KeptTask("kept", model, KeptLessons(SEED))
    network = task.modules["network"]
    first = Watched(model, SEED)
    first.watch()
    before = first.settle()
    kept = {name: value.clone() for name, value in network.state_dict().items()}
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1.01)
    again = Watched(model, SEED)
    again.watch()
    assert not torch.allclose(before, again.settle())
    network.load_state_dict(kept)
    third = Watched(model, SEED)
    third.watch()
    torch.testing.assert_close(third.settle(), before)
