"""Where pieces are spoken: in this process, or by Ray, a worker to each GPU.

What is said to a piece is decided by the piece alone, its seed included, so that any number of
workers gives the same words.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from engine.errors import ConfigError, EngineError
from engine.evaluation.commentary.speakers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.evaluation.commentary.candidates import Piece
    from engine.evaluation.commentary.speakers import Speech

    Done = Callable[[Piece, Speech], Piece | None]

_ROOT = Path(__file__).resolve().parents[3]


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


def speak_all(pieces: Sequence[Piece], settings: PoolSettings, done: Done) -> None:
    """Have pieces spoken, and whatever `done` asks for after each.

    Args:
        pieces: What to begin with.
        settings: How many workers.
        done: Called in this thread with each piece and its speech; may give the piece that follows.

    Raises:
        EngineError: A piece fails, or there is no Ray for several workers.
    """
    if settings.workers == 1 and settings.address is None:
        _speak_here(pieces, settings, done)
    else:
        _speak_by_ray(pieces, settings, done)


def _speak_here(pieces: Sequence[Piece], settings: PoolSettings, done: Done) -> None:
    worker = Worker(settings.threads)
    try:
        for first in pieces:
            piece: Piece | None = first
            while piece is not None:
                piece = done(piece, worker.speak(piece))
    finally:
        worker.close()


def _speak_by_ray(pieces: Sequence[Piece], settings: PoolSettings, done: Done) -> None:
    if find_spec("ray") is None:
        raise EngineError("several workers need the package ray: pip install kibitz[ray]")
    ray: Any = import_module("ray")
    ray.init(**_ray_options(settings))
    try:
        gpus = 1 if torch.cuda.is_available() else 0
        actor = ray.remote(num_cpus=1, num_gpus=gpus)(Worker)
        _deal(ray, [actor.remote(settings.threads) for _ in range(settings.workers)], pieces, done)
    finally:
        ray.shutdown()


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


def _deal(ray: Any, workers: list[Any], pieces: Sequence[Piece], done: Done) -> None:
    """Keep every worker busy; a worker goes on with what follows the piece it has just spoken."""
    waiting = list(reversed(pieces))
    busy: dict[Any, tuple[Any, Piece]] = {}
    idle = list(workers)
    while waiting or busy:
        while waiting and idle:
            worker, piece = idle.pop(), waiting.pop()
            busy[worker.speak.remote(piece)] = worker, piece
        (ready,), _ = ray.wait(list(busy), num_returns=1)
        worker, piece = busy.pop(ready)
        try:
            following = done(piece, ray.get(ready))
        except ray.exceptions.RayTaskError as error:
            raise EngineError(f"{piece.label}: {error.cause}") from error
        except ray.exceptions.RayError as error:
            raise EngineError(f"{piece.label}: a worker of Ray failed ({error})") from error
        idle.append(worker)
        if following is not None:
            waiting.append(following)
