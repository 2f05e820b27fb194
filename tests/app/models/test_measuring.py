"""A measurement with a real model, here and in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.models.jobs import ChildJob, JobCancelled, JobDone, JobFailed
from app.models.measuring import Measured, MeasureJob, MeasureProgress
from app.models.precision import Precision

if TYPE_CHECKING:
    from pathlib import Path

    from app.models.jobs import JobEnd, Report


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.engine.training.tiny import save_tiny

    return save_tiny(tmp_path_factory.mktemp("model"))


def _run(job: MeasureJob) -> list[Report | JobEnd]:
    child = ChildJob(job)
    child.start()
    return list(child.messages())


def test_a_model_is_measured_in_a_process_of_its_own(tiny_model: Path) -> None:
    messages = _run(MeasureJob("tiny", str(tiny_model), duration_s=0.2))
    assert messages[-1] == JobDone()
    (result,) = [message for message in messages if isinstance(message, Measured)]
    found = result.measurement
    assert 0 < found.seconds_per_second <= found.slowest_s
    assert found.num_rounds >= 3
    assert found.device == "cpu"
    assert 0 <= found.busy_share <= 1
    assert found.memory_bytes > 10**8
    told = [message for message in messages if isinstance(message, MeasureProgress)]
    assert told[0].message == "Looking for tiny"  # not for its folder


def test_what_cannot_be_loaded_is_a_sentence(tmp_path: Path) -> None:
    (end,) = [m for m in _run(MeasureJob("x", str(tmp_path))) if isinstance(m, JobFailed)]
    assert "has no config.json" in end.reason


def test_a_precision_that_the_engine_refuses_is_a_sentence(tiny_model: Path) -> None:
    end = _run(MeasureJob("tiny", str(tiny_model), Precision.INT4, duration_s=0.1))[-1]
    assert isinstance(end, JobFailed)
    assert "use int8" in end.reason


def test_a_measurement_can_be_ended_at_once(tiny_model: Path) -> None:
    child = ChildJob(MeasureJob("tiny", str(tiny_model), duration_s=600))
    child.start()
    messages = child.messages()
    assert isinstance(next(messages), MeasureProgress)
    child.cancel()
    assert list(messages)[-1] == JobCancelled()
