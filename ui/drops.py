"""What a person drops onto the window, taken as a source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.specs import FileSpec, SourceSpec, UrlSpec

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData


def dropped_source(data: QMimeData) -> SourceSpec | None:
    """The first file or address in `data`; None where it holds neither."""
    for url in data.urls():
        if url.isLocalFile():
            path = Path(url.toLocalFile())
            return FileSpec(path) if not path.is_dir() else None
        if url.isValid() and url.scheme():
            return UrlSpec(url.toString())
    return None
