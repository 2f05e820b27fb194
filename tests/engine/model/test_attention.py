"""The kernels of attention against the one that is written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load_model
from engine.cache.store import LayerKeys, Visible
from engine.model.attention import (
    SlidingAttention,
    attend_eagerly,
    attend_in_two_parts,
    attend_on_cuda,
    attend_with_mask,
    choose_attention,
    counts_slots,
    runs_flash_library,
)
from tests.engine.model.decoding import outputs

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.parametrize(
    ("capability", "dtype", "expected"),
    [
        ((9, 0), torch.bfloat16, attend_on_cuda),
        ((8, 0), torch.float16, attend_on_cuda),
        ((9, 0), torch.float32, attend_with_mask),
        ((7, 5), torch.float16, attend_with_mask),
    ],
)
def test_cards_without_a_flash_kernel_get_one_that_keeps_no_scores(
    monkeypatch: pytest.MonkeyPatch,
    capability: tuple[int, int],
    dtype: torch.dtype,
    expected: object,
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _device: capability)
    monkeypatch.setattr(torch.backends.cuda, "is_flash_attention_available", lambda: True)
    assert choose_attention(torch.device("cuda"), "sdpa", dtype) is expected


@pytest.fixture(params=["sdpa", "flash_attention_2"])
def cuda_kernels(request: pytest.FixtureRequest) -> str:
    """Names of the kernels for CUDA, of the library where it is installed and runs."""
    if request.param == "flash_attention_2" and not runs_flash_library(torch.device("cuda")):
        pytest.skip("needs the package flash-attn, and a card that it has kernels for")
    return request.param


@pytest.mark.gpu
@pytest.mark.parametrize("num_new", [1, 9])
@pytest.mark.parametrize("num_old", [1, 600])
def test_kernels_for_cuda_agree(cuda_kernels: str, num_old: int, num_new: int) -> None:
    attend = choose_attention(torch.device("cuda"), cuda_kernels, torch.bfloat16)
    queries = torch.randn((6, num_new, 64), dtype=torch.bfloat16, device="cuda")
    memory = torch.randn((2, 1, 2, num_old + num_new + 5, 64), device="cuda").to(queries.dtype)
    stored = LayerKeys(*(part[:, :, : num_old + num_new] for part in memory))
    expected = attend_eagerly(queries.float(), LayerKeys(*(part.float() for part in stored[:2])))
    torch.testing.assert_close(attend(queries, stored).float(), expected, rtol=0, atol=0.03)


def test_torch_without_its_flash_kernel_needs_a_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _device: (9, 0))
    attend = choose_attention(torch.device("cuda"), "sdpa", torch.bfloat16)
    assert attend is attend_with_mask
    assert not counts_slots(attend)


@pytest.mark.gpu
def test_kernels_for_cuda_see_no_hidden_slot(cuda_kernels: str) -> None:
    attend = choose_attention(torch.device("cuda"), cuda_kernels, torch.bfloat16)
    queries = torch.randn((6, 1, 64), dtype=torch.bfloat16, device="cuda")
    keys, values = torch.randn((2, 1, 2, 512, 64), device="cuda").to(queries.dtype)
    borders = torch.tensor([[0, 1], [0, 300]], dtype=torch.int32, device="cuda")
    assert counts_slots(attend)
    found = attend(queries, LayerKeys(keys, values, Visible(borders, mask=None)))
    expected = attend_eagerly(
        queries.float(), LayerKeys(keys[:, :, :300].float(), values[:, :, :300].float())
    )
    torch.testing.assert_close(found.float(), expected, rtol=0, atol=0.03)


@pytest.mark.gpu
def test_a_model_gives_the_same_by_all_kernels_for_cuda(
    small_folder: Path, cuda_kernels: str
) -> None:
    found, expected = (
        load_model(small_folder, device="cuda", dtype="bfloat16", attention=name)
        for name in (cuda_kernels, "eager")
    )
    assert found.attention == cuda_kernels
    pairs = zip(outputs(found.decoder, 40, 5), outputs(expected.decoder, 40, 5), strict=True)
    for one, other in pairs:
        torch.testing.assert_close(one, other, rtol=0, atol=0.1)
