"""Positions equal those of transformers' own models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.cache.positions import PositionRule, contiguous_positions
from engine.cache.segments import Segment, SegmentKind

if TYPE_CHECKING:
    from engine import LoadedModel
    from engine.cache.segments import Grid

parts = st.lists(
    st.one_of(
        st.integers(1, 5), st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 4))
    ),
    min_size=1,
    max_size=8,
)


def segment(part: int | Grid) -> Segment:
    if isinstance(part, int):
        return Segment(SegmentKind.REPLY, 0, part)
    t, h, w = part
    return Segment(SegmentKind.VISION, 0, t * h * w + 2, part)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=parts, fps=st.sampled_from([0.5, 1.0, 2.0, 3.0, 8.0]))
def test_positions_equal_transformers(
    family_model: LoadedModel, parts: list[int | Grid], fps: float
) -> None:
    rule = family_model.checkpoint.family.position_rule(
        family_model.checkpoint.vision_config, fps, reference=False
    )
    if family_model.checkpoint.family.stamps_patches:  # there a clip is one temporal patch
        parts = [part if isinstance(part, int) else (1, *part[1:]) for part in parts]
    segments = [segment(part) for part in parts]
    is_pad = [token for part in segments for token in pads(part)]
    grids = [(t, 2 * h, 2 * w) for t, h, w in (part.grid for part in segments if part.grid)]
    expected, _ = family_model.network.model.get_rope_index(
        input_ids=torch.zeros((1, len(is_pad)), dtype=torch.long),
        mm_token_type_ids=torch.tensor([is_pad]) * 2,
        video_grid_thw=torch.tensor(grids or [[1, 2, 2]]),
        second_per_grid_ts=torch.full((max(1, len(grids)),), 2 / fps),
    )
    np.testing.assert_array_equal(contiguous_positions(segments, rule), expected[:, 0])


def pads(part: Segment) -> list[int]:
    """1 for each of the segment's vision tokens, 0 for all others."""
    if part.grid is None:
        return [0] * part.length
    return [0, *[1] * (part.length - 2), 0]


@pytest.mark.parametrize(("clear", "behind"), [(False, 13), (True, 16)])
def test_text_behind_a_clip_that_is_longer_than_wide(clear: bool, behind: int) -> None:
    rule = PositionRule(2.0, clear_time_axis=clear)
    found = contiguous_positions([Segment(SegmentKind.VISION, 0, 14, (3, 2, 2))], rule, start=10)
    assert found[:, 0].tolist() == [10, 10, 10]
    assert found[:, 1].tolist() == [11, 11, 11]
    assert found[:, 12].tolist() == [15, 12, 12]
    assert found[:, 13].tolist() == [behind] * 3
