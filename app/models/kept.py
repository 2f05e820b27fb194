"""Values that were measured, in a small file."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import TypeAdapter

logger = logging.getLogger(__name__)

T = TypeVar("T")


class KeptValues(Generic[T]):
    """Values by key in a file; a cache, so that a damaged one is only begun anew.

    Args:
        path: The file; it need not exist.
        adapter: Reads and writes them.
    """

    def __init__(self, path: Path, adapter: TypeAdapter[dict[str, T]]) -> None:
        self._path = path
        self._adapter = adapter

    def get(self, key: str) -> T | None:
        """What is kept under `key`."""
        return self._read().get(key)

    def put(self, key: str, value: T) -> None:
        """Keep `value` in place of an older one; where that fails, it is only logged."""
        kept = self._read() | {key: value}
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(self._adapter.dump_json(kept, indent=1))
            new.replace(self._path)
        except OSError:
            logger.warning("%s cannot be kept", self._path, exc_info=True)

    def _read(self) -> dict[str, T]:
        try:
            return self._adapter.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            logger.info("%s is damaged; it is begun anew", self._path)
            return {}
