"""Where a suite's pieces are worked on: in this process, or by Ray, a worker to each GPU.

What comes of a piece is decided by the piece alone, its seed included, so that any number of
workers gives the same.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from engine.errors import ConfigError, EngineError
from engine.extras import how_to_install

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    OnProgress = Callable[[str, int], None]
    """Told what is being done, and how many more steps of it have been."""


logger = logging.getLogger(__name__)


def tell_nobody(_doing: str, _steps: int) -> None:
    """Where progress cannot be followed: in another process."""


class Labelled(Protocol):
    """A piece of work that has a name for people."""

    @property
    def label(self) -> str: ...


PieceT = TypeVar("PieceT", bound=Labelled)
TakenT_contra = TypeVar("TakenT_contra", bound=Labelled, contravariant=True)
GivenT_co = TypeVar("GivenT_co", covariant=True)
FoundT = TypeVar("FoundT")


class Worker(Protocol[TakenT_contra, GivenT_co]):
    """Works on one piece after the other, and keeps what it has loaded between them."""

    def do(self, piece: TakenT_contra, /) -> GivenT_co: ...

    def close(self) -> None: ...


_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers, and where.

    Attributes:
        workers: 1 works in this process, more need Ray.
        threads: Of torch in each worker; None: its own choice.
        address: Of a Ray cluster; None starts Ray on this machine.

    Raises:
        ConfigError: A number is out of its range.
    """

    workers: int = 1
    threads: int | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ConfigError(f"there must be at least 1 worker, not {self.workers}")
        if self.threads is not None and self.threads < 1:
            raise ConfigError(f"threads must be at least 1, they are {self.threads}")

    @property
    def is_here(self) -> bool:
        """Whether all is done in this process."""
        return self.workers == 1 and self.address is None


def work_through(
    pieces: Sequence[PieceT],
    settings: PoolSettings,
    hire: Callable[[int | None], Worker[PieceT, FoundT]],
    done: Callable[[PieceT, FoundT], PieceT | None],
) -> None:
    """Have pieces worked on, and whatever `done` asks for after each.

    Args:
        pieces: What to begin with.
        settings: How many workers.
        hire: Makes a worker, from torch's threads; sent to other processes.
        done: Called in this thread with each piece and what came of it; may give the piece that
            follows.

    Raises:
        EngineError: A piece fails, or there is no Ray for several workers.
    """
    if settings.is_here:
        _work_here(pieces, hire(settings.threads), done)
    else:
        _work_by_ray(pieces, settings, hire, done)


def _work_here(
    pieces: Sequence[PieceT],
    worker: Worker[PieceT, FoundT],
    done: Callable[[PieceT, FoundT], PieceT | None],
) -> None:
    try:
        for first in pieces:
            piece: PieceT | None = first
            while piece is not None:
                piece = done(piece, worker.do(piece))
    finally:
        worker.close()


class _Actor:
    """A worker in a process of its own."""

    def __init__(self, hire: Callable[[int | None], Worker[Any, Any]], threads: int | None) -> None:
        self._worker = hire(threads)

    def do(self, piece: Any) -> Any:
        return self._worker.do(piece)


def _work_by_ray(
    pieces: Sequence[PieceT],
    settings: PoolSettings,
    hire: Callable[[int | None], Worker[PieceT, FoundT]],
    done: Callable[[PieceT, FoundT], PieceT | None],
) -> None:
    if find_spec("ray") is None:
        raise EngineError(f"several workers need the package ray: {how_to_install('ray')}")
    ray: Any = import_module("ray")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report to its makers
    try:
        ray.init(**_ray_options(settings))
    except Exception as error:  # Ray raises just that where it does not start
        raise EngineError(f"Ray does not start: {error}") from error
    try:
        gpus = gpus_each(ray.cluster_resources(), settings.workers)
        actor = ray.remote(num_cpus=1, num_gpus=gpus)(_Actor)
        actors = [actor.remote(hire, settings.threads) for _ in range(settings.workers)]
        _deal(ray, actors, pieces, done)
    finally:
        ray.shutdown()


def gpus_each(resources: Mapping[str, float], workers: int) -> int:
    """How many GPUs each worker has to itself: one, or none where there are none.

    Args:
        resources: Of the cluster, as Ray counts them.
        workers: How many there are to be.

    Raises:
        ConfigError: There is no room for so many: Ray would wait for ever for the last of them.
    """
    gpus, processors = (int(resources.get(kind, 0)) for kind in ("GPU", "CPU"))
    room, noun = (min(gpus, processors), "GPUs") if gpus else (processors, "processors")
    if workers > room:
        raise ConfigError(
            f"there are {room} {noun} for {workers} workers; give --workers {max(1, room)}"
        )
    return 1 if gpus else 0


def _ray_options(settings: PoolSettings) -> dict[str, Any]:
    if settings.address is not None:
        return {"address": settings.address}
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "num_cpus": settings.workers,
        "include_dashboard": False,
        "log_to_driver": False,
        "runtime_env": {"env_vars": {"PYTHONPATH": os.pathsep.join(paths)}},
    }


def _deal(
    ray: Any,
    workers: list[Any],
    pieces: Sequence[PieceT],
    done: Callable[[PieceT, Any], PieceT | None],
) -> None:
    """Keep every worker busy; a worker goes on with what follows its last piece.

    After a failure nothing more is begun, but what the others are at is kept; that may be hours.
    """
    failures: list[EngineError] = []
    waiting = list(reversed(pieces))
    busy: dict[Any, tuple[Any, PieceT]] = {}
    idle = list(workers)
    while waiting or busy:
        while waiting and idle:
            worker, piece = idle.pop(), waiting.pop()
            busy[worker.do.remote(piece)] = worker, piece
        (ready,), _ = ray.wait(list(busy), num_returns=1)
        worker, piece = busy.pop(ready)
        try:
            found = _found(ray, ready, piece)
        except EngineError as error:
            logger.warning("%s; waiting for %d other workers", error, len(busy))
            failures.append(error)
            waiting.clear()
            continue
        following = done(piece, found)
        idle.append(worker)
        if following is not None and not failures:
            waiting.append(following)
    if failures:
        raise failures[0]


def _found(ray: Any, ready: Any, piece: Labelled) -> Any:
    """What a worker made of a piece.

    Raises:
        EngineError: It failed.
    """
    try:
        return ray.get(ready)
    except ray.exceptions.RayTaskError as error:
        raise EngineError(f"{piece.label}: {error.cause}") from error
    except ray.exceptions.RayError as error:
        raise EngineError(f"{piece.label}: a worker of Ray failed ({error})") from error
