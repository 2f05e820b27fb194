"""The settings file: JSON with a version, replaced as a whole, set aside where it is damaged."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from app.errors import SettingsError
from app.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

logger = logging.getLogger(__name__)

VERSION = 1

Sections = dict[str, Any]


class DamagedSettingsError(SettingsError):
    """The file cannot be understood; the message ends a sentence that begins with its name."""


class WithheldSettingsError(SettingsError):
    """The file may be good, but not here and now; the message is as that of a damaged one."""


def read_sections(path: Path) -> Sections:
    """The sections of the file, by name; none where there is no file.

    Raises:
        DamagedSettingsError: It is no settings file.
        WithheldSettingsError: It cannot be read, or is of a newer version.
    """
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WithheldSettingsError(f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise DamagedSettingsError("is damaged") from error
    document = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
    version = document.get("version")
    if not isinstance(version, int) or version < 1:
        raise DamagedSettingsError("is damaged")
    if version > VERSION:
        raise WithheldSettingsError("was written by a newer Kibitz")
    sections = document.get("sections")
    if not isinstance(sections, dict):
        raise DamagedSettingsError("is damaged")
    return cast("Sections", sections)


def write_sections(path: Path, sections: Mapping[str, Any]) -> None:
    """Replace the file, so that a reader finds the old one or the new one, never half of one.

    It is not forced onto the disk, for that can take longer than a window may stand still.

    Raises:
        SettingsError: The file cannot be written.
    """
    # In ASCII, since a path may hold what UTF-8 cannot: Linux lets names be no text.
    text = json.dumps({"version": VERSION, "sections": sections}, indent=2)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".new")
        with replacing(path, Path(new)), os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(
            f"Settings cannot be kept in {path} ({error.strerror}); they last until Kibitz ends."
        ) from error


def set_aside(path: Path, now: datetime) -> Path | None:
    """Give the file another name that says when; None where it can not be renamed."""
    aside = path.with_name(f"{path.stem}-{now:%Y%m%d-%H%M%S-%f}{path.suffix}")
    try:
        path.rename(aside)
    except OSError:
        logger.warning("%s cannot be set aside", path, exc_info=True)
        return None
    return aside
