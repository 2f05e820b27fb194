"""What machines are expected to do with models that are not here yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.models.catalogue import CATALOGUE, CatalogueEntry, entry_of
from app.models.estimate import Estimate, estimate
from app.models.jobs import ChildJob, JobDone
from app.models.limits import LimitsJob, MachineLimits, keep_limits, kept_limits
from app.models.machine import Gpu, Machine, Memory
from app.models.measurements import Measurements, Verdict
from app.models.overview import overview
from app.models.precision import Precision
from app.paths import limits_file
from engine.model.checkpoint import find_folder, read_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

LARGE = CATALOGUE[1:]
LAPTOP = Machine("a processor", 8, Memory(64 * 10**9, 60 * 10**9))
SERVER = replace(LAPTOP, gpu=Gpu("a card", Memory(80 * 10**9, 79 * 10**9)))
SLOW = MachineLimits(4e10, {"float32": 5e11, "bfloat16": 2e11}, 0.0, 1.0)
FAST = MachineLimits(3e12, {"float32": 5e13, "bfloat16": 6e14, "float16": 6e14}, 0.0, 1.0)


def expected(
    entry: CatalogueEntry,
    machine: Machine,
    limits: MachineLimits,
    precision: Precision = Precision.BFLOAT16,
) -> Estimate:
    assert entry.shape is not None
    assert entry.parameters is not None
    return estimate(entry.shape, entry.parameters, precision, machine, limits)


def test_the_shape_of_the_bundled_model_is_that_of_its_files() -> None:
    shape = entry_of("bundled").shape
    checkpoint = read_checkpoint(find_folder("bundled"))
    text: dict[str, Any] = checkpoint.config["text_config"]
    vision = checkpoint.vision_config
    assert shape is not None
    assert (shape.layers, shape.width) == (text["num_hidden_layers"], text["hidden_size"])
    assert (shape.heads, shape.kv_heads) == (
        text["num_attention_heads"],
        text["num_key_value_heads"],
    )
    assert shape.heads * shape.head_size == text["hidden_size"]
    assert (shape.vocabulary, shape.is_tied) == (text["vocab_size"], text["tie_word_embeddings"])
    assert shape.vision_width == vision["hidden_size"]
    assert shape.vision_full_layers == len(vision["fullatt_block_indexes"])


@pytest.mark.parametrize("entry", LARGE, ids=lambda entry: entry.title)
def test_what_is_neither_decoder_nor_words_is_the_vision_tower(entry: CatalogueEntry) -> None:
    assert entry.shape is not None
    assert entry.parameters is not None
    decoder, words = entry.parameters.quantizable, entry.shape.embedding_weights
    assert 0.66e9 < entry.parameters.total - decoder - words < 0.68e9


@pytest.mark.parametrize("entry", LARGE, ids=lambda entry: entry.title)
def test_large_models_are_for_graphics_processors(entry: CatalogueEntry) -> None:
    assert expected(entry, LAPTOP, SLOW).verdict is Verdict.TOO_SLOW
    assert expected(entry, SERVER, FAST).verdict is Verdict.KEEPS_UP


def test_twice_the_machine_takes_half_the_time() -> None:
    entry = LARGE[0]
    twice = replace(
        SLOW,
        read_bytes_per_s=2 * SLOW.read_bytes_per_s,
        operations_per_s={name: 2 * rate for name, rate in SLOW.operations_per_s.items()},
    )
    seconds = expected(entry, LAPTOP, SLOW).seconds_per_second
    assert expected(entry, LAPTOP, twice).seconds_per_second == pytest.approx(seconds / 2)


def test_fewer_bits_are_read_sooner() -> None:
    order = (Precision.BFLOAT16, Precision.INT8, Precision.INT4)
    seconds = [expected(LARGE[0], SERVER, FAST, each).seconds_per_second for each in order]
    assert seconds == sorted(seconds, reverse=True)


def test_a_model_without_room_or_unknown_has_no_estimate(tmp_path: Path) -> None:
    none_kept = Measurements(tmp_path / "none.json")
    small = replace(LAPTOP, memory=Memory(8 * 10**9, 4 * 10**9))
    unknown = entry_of("someone/something")
    for entry, machine, limits, is_given in (
        (LARGE[0], LAPTOP, SLOW, True),
        (LARGE[0], small, SLOW, False),
        (LARGE[0], LAPTOP, None, False),
        (unknown, LAPTOP, SLOW, False),
    ):
        shown = overview(entry, Precision.BFLOAT16, machine, none_kept, tmp_path, limits)
        assert (shown.estimate is not None) == is_given


def test_limits_are_kept_for_their_machine_and_a_damaged_file_is_begun_anew() -> None:
    keep_limits(LAPTOP, SLOW)
    keep_limits(SERVER, FAST)
    assert (kept_limits(LAPTOP), kept_limits(SERVER)) == (SLOW, FAST)
    limits_file().write_text("{")
    assert kept_limits(LAPTOP) is None
    keep_limits(LAPTOP, SLOW)
    assert kept_limits(LAPTOP) == SLOW


def test_this_machine_is_measured_in_a_process_of_its_own() -> None:
    child = ChildJob(LimitsJob())
    child.start()
    *_, limits, end = child.messages()
    assert end == JobDone()
    assert isinstance(limits, MachineLimits)
    assert limits.read_bytes_per_s > 0
    assert min(limits.operations_per_s.values()) > 0
    assert 0 <= limits.busy_share <= 1
