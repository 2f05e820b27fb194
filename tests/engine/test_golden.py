"""The reference implementation's traces, token for token; see `tests/golden/README.md`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from tests import ROOT
from tests.engine.logits import logits_of
from tests.engine.pictures import golden_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRACES = ROOT / "tests" / "golden" / "traces"
NAMES = sorted(file.stem for file in TRACES.glob("*.json"))


@dataclass(frozen=True)
class Trace:
    """One recorded stream."""

    name: str

    @cached_property
    def recorded(self) -> dict[str, Any]:
        return json.loads((TRACES / f"{self.name}.json").read_text())

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        with np.load(TRACES / f"{self.name}.npz") as file:
            return dict(file)

    @property
    def config(self) -> dict[str, Any]:
        return self.recorded["config"]

    def split(self, key: str) -> list[NDArray[Any]]:
        """A concatenated array, one part per round, split along its last axis."""
        ends = np.cumsum(self.arrays[f"{key}_len"])
        return np.split(self.arrays[key], ends[:-1], axis=-1)

    def stream(self, model: LoadedModel) -> CommentaryStream:
        """A stream with the trace's settings."""
        config = self.config
        return CommentaryStream(
            model,
            StreamingConfig(
                vision_window_rounds=config["window_size"],
                text_window_rounds=config["text_round"],
                sink_tokens=config["text_sink"],
                previous_text_tokens=config["text_sliding_window"],
                reference_quirks=True,
            ),
            SamplingConfig(
                temperature=0.0, repetition_penalty=config.get("repetition_penalty", 1.0)
            ),
            previous_text=config.get("previous_text", ""),
            instruction=config.get("query", "Commentate on this match"),
        )


def test_all_traces_are_here() -> None:
    assert len(NAMES) == 7


@pytest.mark.parametrize("name", NAMES)
def test_a_trace_is_reproduced(golden_model: LoadedModel, name: str) -> None:
    trace = Trace(name)
    stream = trace.stream(golden_model)
    kept, positions = trace.split("ids_after_evict"), trace.split("position_ids")
    for index, expected in enumerate(trace.recorded["rounds"]):
        forced = expected["generated"] if "script" in trace.config else None
        with logits_of(golden_model) as logits:
            spoken = stream.step(golden_frames(index), forced_reply=forced)
        snapshot = stream.snapshot()

        assert list(spoken.token_ids) == expected["generated"]
        assert spoken.text == expected["response_returned"]
        assert snapshot.token_ids.tolist() == [
            *kept[index],
            *expected["new_ids"],
            *expected["generated"][:-1],
        ]
        np.testing.assert_array_equal(snapshot.positions, positions[index])
        assert len(snapshot.token_ids) == expected["cache_end"][0]
        best = torch.as_tensor(trace.arrays["top_idx"][index].astype(np.int64))
        np.testing.assert_allclose(
            logits[0][best], trace.arrays["top_val"][index], rtol=0, atol=1e-3
        )
        if (full := trace.arrays.get(f"full_logits_round{index}")) is not None:
            np.testing.assert_allclose(logits[0], full, rtol=0, atol=1e-3)
