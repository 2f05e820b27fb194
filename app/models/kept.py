"""Values that were measured, in a small file."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Generic, TypeVar

from app.plain import MisfitError, from_plain, to_plain
from app.replacing import replacing

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

T = TypeVar("T")


class KeptValues(Generic[T]):
    """Values by key in a file; a cache, so that a damaged one is only begun anew.

    Args:
        path: The file; it need not exist.
        kind: The type of the values.
    """

    def __init__(self, path: Path, kind: type[T]) -> None:
        self._path = path
        self._kind = kind

    def get(self, key: str) -> T | None:
        """What is kept under `key`."""
        return self._read().get(key)

    def put(self, key: str, value: T) -> None:
        """Keep `value` in place of an older one; where that fails, it is only logged."""
        kept = self._read() | {key: value}
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path, new):
                new.write_text(json.dumps(to_plain(kept), indent=1), encoding="utf-8")
        except OSError:
            logger.warning("%s cannot be kept", self._path, exc_info=True)

    def _read(self) -> dict[str, T]:
        try:
            return from_plain(dict[str, self._kind], json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, MisfitError):
            logger.info("%s is damaged; it is begun anew", self._path)
            return {}
