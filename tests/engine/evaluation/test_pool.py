"""Room for workers is counted before any of them waits for what will never come."""

from __future__ import annotations

import pytest

from engine.errors import ConfigError
from engine.evaluation.pool import PoolSettings, gpus_each


@pytest.mark.parametrize(
    ("resources", "workers", "gpus"),
    [({"CPU": 2.0}, 2, 0), ({"CPU": 16.0, "GPU": 8.0}, 8, 1), ({"CPU": 4.0, "GPU": 0.0}, 3, 0)],
)
def test_each_worker_gets_a_gpu_where_there_are_any(
    resources: dict[str, float], workers: int, gpus: int
) -> None:
    assert gpus_each(resources, workers) == gpus


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ({"CPU": 16.0, "GPU": 2.0}, "there are 2 GPUs for 4 workers; give --workers 2"),
        ({"CPU": 3.0}, "there are 3 processors for 4 workers; give --workers 3"),
    ],
)
def test_workers_without_room_are_refused(resources: dict[str, float], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        gpus_each(resources, 4)


def test_only_one_worker_without_a_cluster_is_here() -> None:
    assert PoolSettings().is_here
    assert not PoolSettings(workers=2).is_here
    assert not PoolSettings(address="auto").is_here
