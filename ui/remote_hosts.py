"""Which other machines the parts of the window fetch pictures from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.capture.specs import UrlSpec
from app.privacy import remote_host

if TYPE_CHECKING:
    from app.capture.specs import SourceSpec


class RemoteHosts(QObject):
    """Gathers them from all parts that open sources.

    Signals:
        changed: There may be others now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_part: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Each once, sorted."""
        return tuple(sorted(set(self._by_part.values())))

    def note(self, part: str, spec: SourceSpec | None) -> None:
        """Say which source `part` has chosen or opened; None for none."""
        self._by_part.pop(part, None)
        host = remote_host(spec.url) if isinstance(spec, UrlSpec) else None
        if host is not None:
            self._by_part[part] = host
        self.changed.emit()
