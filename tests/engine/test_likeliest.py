"""The greedy choice on the processor; `test_sampling.py` compares it with transformers'."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.likeliest import Likeliest

scores = st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=300)


@given(numbers=scores, said=st.sets(st.integers(0, 299)), penalty=st.floats(0.5, 2))
def test_scores_are_put_back(numbers: list[float], said: set[int], penalty: float) -> None:
    array = np.array(numbers, np.float32)
    before, chooser = array.copy(), Likeliest(penalty)
    chooser.begin([token for token in said if token < len(numbers)])
    for _ in range(3):
        chooser.choose(array, array)
        assert (array == before).all()


@given(numbers=scores, repeats=st.integers(1, 30))
def test_it_is_the_first_of_the_best(numbers: list[float], repeats: int) -> None:
    array = np.array(numbers * repeats, np.float32) + np.float32(0)  # no zero below zero
    assert Likeliest(1.0).choose(array, array)[0] == array.argmax()


@pytest.mark.parametrize("value", [math.nan, -math.nan, math.inf, -math.inf])
def test_what_is_not_finite_shows_in_the_sum(value: float) -> None:
    array = np.array([1, value, 2], np.float32)
    chosen, total = Likeliest(1.1).choose(array, array)
    assert 0 <= chosen < len(array)
    assert not math.isfinite(total)


@given(numbers=scores)
def test_the_sum_is_that_of_the_logits_without_a_bias(numbers: list[float]) -> None:
    logits = np.array(numbers, np.float32)
    biased = logits.copy()
    biased[0] = -np.inf
    _, total = Likeliest(1.0).choose(biased, logits)
    assert total == pytest.approx(math.fsum(numbers), rel=1e-4, abs=1e-2)


def test_what_was_chosen_counts_as_said() -> None:
    logits, chooser = np.array([1.0, 0.9], np.float32), Likeliest(1.5)
    assert [chooser.choose(logits, logits)[0] for _ in range(3)] == [0, 1, 0]
    chooser.begin([0])
    assert chooser.choose(logits, logits)[0] == 1
