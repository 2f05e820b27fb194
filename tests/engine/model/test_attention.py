"""The kernels of attention against the one that is written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cache.store import LayerKeys
from engine.model.attention import (
    SlidingAttention,
    attend_eagerly,
    attend_in_two_parts,
    attend_with_mask,
)

if TYPE_CHECKING:
    from engine.model.attention import Attention


@pytest.mark.parametrize("attend", [attend_in_two_parts, attend_with_mask])
@settings(max_examples=40)
@given(
    num_heads=st.integers(1, 3),
    groups=st.integers(1, 4),
    num_old=st.sampled_from([0, 1, 7, 600]),
    num_new=st.sampled_from([1, 2, 9, 40]),
)
def test_kernels_agree(
    attend: Attention, num_heads: int, groups: int, num_old: int, num_new: int
) -> None:
    generator = torch.Generator().manual_seed(num_old + num_new)
    queries = torch.randn((num_heads * groups, num_new, 16), generator=generator) * 3
    capacity = num_old + num_new + 5  # what is stored is a view of something larger
    memory = torch.randn((2, 1, num_heads, capacity, 16), generator=generator)
    stored = LayerKeys(*(part[:, :, : num_old + num_new] for part in memory))
    expected = attend_eagerly(queries, stored)
    torch.testing.assert_close(attend(queries, stored), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("attend", [attend_in_two_parts, attend_with_mask, attend_eagerly])
def test_no_new_token_sees_a_later_one(attend: Attention) -> None:
    queries, keys, values = torch.randn((3, 4, 6, 16)).unbind(0)
    changed = values.clone()
    changed[:, -1] += 1
    before = attend(queries, LayerKeys(keys[None], values[None]))
    after = attend(queries, LayerKeys(keys[None], changed[None]))
    assert torch.equal(before[:, :-1], after[:, :-1])
    assert not torch.equal(before[:, -1], after[:, -1])


@settings(max_examples=40)
@given(num_old=st.integers(0, 12), num_new=st.integers(1, 9), window=st.integers(1, 14))
def test_a_window_is_as_if_older_tokens_were_not_there(
    num_old: int, num_new: int, window: int
) -> None:
    generator = torch.Generator().manual_seed(window)
    queries = torch.randn((4, num_new, 16), generator=generator)
    memory = torch.randn((2, 1, 2, num_old + num_new, 16), generator=generator)
    found = SlidingAttention(attend_in_two_parts, window)(queries, LayerKeys(*memory))
    for index in range(num_new):
        stop = num_old + index + 1
        seen = LayerKeys(*(part[:, :, max(0, stop - window) : stop] for part in memory))
        alone = attend_eagerly(queries[:, index : index + 1], seen)
        torch.testing.assert_close(found[:, index : index + 1], alone, rtol=0, atol=1e-5)
