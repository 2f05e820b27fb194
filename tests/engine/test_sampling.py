"""Choosing tokens as transformers does."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from engine.config import SamplingConfig
from engine.errors import NumericsError
from engine.model.loaded import GenerationDefaults
from engine.sampling import Sampler

VOCABULARY = 40
DEFAULTS = GenerationDefaults(frozenset({0}), 50, 1.0)
CPU = torch.device("cpu")


def logits_from(seed: int) -> torch.Tensor:
    return torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(seed)) * 3


def sampler(config: SamplingConfig, context: list[int] | None = None) -> Sampler:
    made = Sampler(config, DEFAULTS, silence={3, 5}, device=CPU)
    made.begin_reply(context or [0])
    return made


@given(
    seed=st.integers(0, 999),
    context=st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=30),
    penalty=st.sampled_from([1.0, 1.05, 1.7, 0.8]),
)
def test_greedy_choices_follow_transformers(seed: int, context: list[int], penalty: float) -> None:
    made = sampler(SamplingConfig(temperature=0.0, repetition_penalty=penalty), context)
    processor = RepetitionPenaltyLogitsProcessor(penalty)
    ids = list(context)
    for step in range(4):
        logits = logits_from(seed + step)
        expected = int(processor(torch.tensor([ids]), logits[None].clone())[0].argmax())
        assert made.choose(logits) == expected
        ids.append(expected)


@given(
    seed=st.integers(0, 999),
    temperature=st.sampled_from([0.3, 0.9, 2.0]),
    top_k=st.sampled_from([1, 5, 50]),
    top_p=st.sampled_from([0.2, 0.8, 1.0]),
)
def test_samples_follow_transformers(
    seed: int, temperature: float, top_k: int, top_p: float
) -> None:
    config = SamplingConfig(temperature, 1.05, top_k=top_k, top_p=top_p, seed=seed)
    logits, context = logits_from(seed), [1, 2, 3]
    ids, scores = torch.tensor([context]), logits[None].clone()
    for warp in (
        RepetitionPenaltyLogitsProcessor(1.05),
        TemperatureLogitsWarper(temperature),
        TopKLogitsWarper(top_k),
        TopPLogitsWarper(top_p),
    ):
        scores = warp(ids, scores)
    generator = torch.Generator().manual_seed(seed)
    expected = int(torch.multinomial(scores[0].softmax(-1), 1, generator=generator))
    assert sampler(config, context).choose(logits) == expected


def test_the_same_seed_gives_the_same_choices() -> None:
    made = sampler(SamplingConfig(seed=3))
    first = [made.choose(logits_from(step)) for step in range(9)]
    made.restart()
    made.begin_reply([0])
    assert [made.choose(logits_from(step)) for step in range(9)] == first


def test_no_seed_gives_other_choices() -> None:
    flat = torch.zeros(VOCABULARY)
    config = SamplingConfig(repetition_penalty=1.0)
    first, second = (
        [made.choose(flat) for _ in range(30)] for made in (sampler(config), sampler(config))
    )
    assert first != second


def test_talkativeness_counts_against_silence_in_the_first_token_only() -> None:
    logits = torch.zeros(VOCABULARY)
    logits[3], logits[7] = 2.0, 1.0
    greedy = SamplingConfig(temperature=0.0, repetition_penalty=1.0)
    talkative = SamplingConfig(temperature=0.0, repetition_penalty=1.0, talkativeness=1.5)
    quiet = SamplingConfig(temperature=0.0, repetition_penalty=1.0, talkativeness=-3.0)
    assert sampler(greedy).choose(logits) == 3
    made = sampler(talkative)
    assert [made.choose(logits), made.choose(logits)] == [7, 3]
    logits[3] = 0.5
    assert sampler(quiet).choose(logits) == 3


@pytest.mark.parametrize("temperature", [0.0, 0.9])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_non_finite_logits_are_refused(value: float, temperature: float) -> None:
    logits = torch.zeros(VOCABULARY)
    logits[4] = value
    with pytest.raises(NumericsError):
        sampler(SamplingConfig(temperature=temperature)).choose(logits)


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_logits_stay_as_they_were(temperature: float) -> None:
    config = SamplingConfig(temperature=temperature, repetition_penalty=1.5, talkativeness=2.0)
    made, logits = sampler(config, [1, 2, 3]), logits_from(1)
    before = logits.clone()
    for _ in range(3):
        made.choose(logits)
    assert torch.equal(logits, before)
