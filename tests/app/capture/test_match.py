"""The built-in match as a source."""

from __future__ import annotations

from contextlib import closing

import numpy as np

from app.capture.opening import open_source
from app.capture.specs import MatchSpec


def test_the_same_seed_plays_the_same_match_and_introduces_it() -> None:
    with (
        closing(open_source(MatchSpec(5), sample_interval_s=0.5)) as first,
        closing(open_source(MatchSpec(5), sample_interval_s=0.5)) as second,
    ):
        assert first.info == second.info
        assert first.info.introduction
        for index in range(6):
            seen, seen_again = first.read(index / 2), second.read(index / 2)
            assert seen is not None
            assert seen_again is not None
            assert seen.image.dtype == np.uint8
            assert np.array_equal(seen.image, seen_again.image)
