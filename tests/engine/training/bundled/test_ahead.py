"""Batches made ahead are those that were asked for."""

from __future__ import annotations

import math

import pytest

from engine.training.bundled.ahead import MadeAhead


def test_steps_come_as_asked_for_in_any_order() -> None:
    with MadeAhead(math.isqrt) as roots:
        assert [roots[step] for step in (0, 1, 2, 16, 17, 4)] == [0, 1, 1, 4, 4, 2]


def test_what_making_raises_is_raised_where_it_is_asked_for() -> None:
    with MadeAhead(math.isqrt) as roots:
        with pytest.raises(ValueError, match="nonnegative"):
            roots[-2]
        assert roots[9] == 3
