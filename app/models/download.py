"""A whole model from the hub, as a job: light to make, for it may run in another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.models.progress import DownloadProgress


@dataclass(frozen=True, slots=True)
class DownloadJob:
    """Brings a model, or what is missing of it; a job for `app.models.jobs` or to run here.

    Attributes:
        folder: Where its files go.
        endpoint: Address of the hub; None takes the one that HF_ENDPOINT names, or the usual one.
    """

    hub_id: str
    folder: Path
    endpoint: str | None = None

    def run(self, report: Callable[[DownloadProgress], None]) -> None:
        """Bring it. Can be killed at any time: the next run goes on where this one was.

        Raises:
            ModelError: It cannot be brought; what has arrived is kept.
        """
        from app.models.bringing import bring

        bring(self, report)
