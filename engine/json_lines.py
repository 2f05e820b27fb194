"""Files of one JSON value per line that are only ever appended to, and survive a kill."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedWriter
    from pathlib import Path

logger = logging.getLogger(__name__)


def append_line(file: BufferedWriter, line: bytes) -> None:
    """Add one line; it is on the disk when this returns."""
    file.write(line + b"\n")
    file.flush()
    os.fsync(file.fileno())


def cut_incomplete_line(path: Path) -> None:
    """Remove what a killed process left of its last line."""
    content = path.read_bytes()
    complete = content.rfind(b"\n") + 1
    if complete < len(content):
        logger.info("%s: cut off %d bytes of an incomplete line", path, len(content) - complete)
        os.truncate(path, complete)
