"""Room for workers is counted before any of them waits for what will never come."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from engine.errors import ConfigError, EngineError
from engine.evaluation.pool import PoolSettings, gpus_each, work_through


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


@dataclass(frozen=True)
class Errand:
    label: str


class Errands:
    """A worker that fails at one of them."""

    def do(self, piece: Errand, /) -> str:
        if piece.label == "bad":
            raise EngineError("the endpoint is gone")
        return piece.label.upper()

    def close(self) -> None:
        """Nothing to let go of."""


class FakeTaskError(Exception):
    """As Ray wraps what a worker raised."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class FakeRay(ModuleType):
    """As much of Ray as the pool asks for; pieces end in the order in which they were begun."""

    class exceptions:  # noqa: N801  (Ray's name)
        RayTaskError = FakeTaskError
        RayError = FakeTaskError

    def init(self, **_options: Any) -> None: ...

    def shutdown(self) -> None: ...

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 8.0}

    def remote(self, **_needs: Any) -> Any:
        return FakeRemote

    def wait(self, refs: list[Any], **_how: Any) -> tuple[list[Any], list[Any]]:
        return refs[:1], refs[1:]

    def get(self, ref: Any) -> Any:
        try:
            return ref()
        except EngineError as error:
            raise FakeTaskError(error) from error


class FakeRemote:
    """A class of actors, an actor and its method in one."""

    def __init__(self, made: Any) -> None:
        self.made = made

    def remote(self, *given: Any) -> Any:
        return FakeRemote(self.made(*given)) if isinstance(self.made, type) else Call(self, given)

    @property
    def do(self) -> FakeRemote:
        return FakeRemote(self.made.do)


class Call:
    """What is under way."""

    def __init__(self, remote: FakeRemote, given: tuple[Any, ...]) -> None:
        self._remote, self._given = remote, given

    def __call__(self) -> Any:
        return self._remote.made(*self._given)


def test_what_is_under_way_is_kept_when_a_piece_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "ray", FakeRay("ray"))
    monkeypatch.setattr("engine.evaluation.pool.find_spec", lambda _: True)
    kept: list[str] = []

    def done(_piece: Errand, found: str) -> Errand:
        kept.append(found)
        return Errand("what follows")  # is not begun any more

    pieces = [Errand(label) for label in ("bad", "one", "two", "never begun")]
    with pytest.raises(EngineError, match="bad: the endpoint is gone"):
        work_through(pieces, PoolSettings(workers=3), lambda _threads: Errands(), done)
    assert kept == ["ONE", "TWO"]
    assert "waiting for 2 other workers" in caplog.text
