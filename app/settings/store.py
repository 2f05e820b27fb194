"""Reads and keeps sections of settings, and tells who watches them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from app.errors import AppError, SettingsError
from app.plain import from_plain, to_plain
from app.settings.document import (
    DamagedSettingsError,
    Sections,
    WithheldSettingsError,
    read_sections,
    set_aside,
    write_sections,
)
from app.settings.section import Section

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

S = TypeVar("S", bound=Section)
Listener = Callable[[S], None]


class SettingsStore:
    """The settings of the program, in one file; to be used by one thread only.

    Nothing that goes wrong with the file stops the program: it goes on with defaults, and what
    happened is told in sentences (see `report_to`). A file that it cannot use is never overwritten:
    a damaged one is set aside, any other one when something is to be kept in its place.

    Args:
        path: The file; it need not exist. See `app.paths.settings_file`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[type[Section], Section] = {}
        self._listeners: defaultdict[type[Section], list[Callable[[Any], None]]] = defaultdict(list)
        self._unheard: list[str] = []
        self._tell: Callable[[str], None] = self._unheard.append
        self._is_withheld = False
        self._sections = self._load()

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def is_new(self) -> bool:
        """True where nothing was ever kept: this is the program's first start."""
        return not self._sections

    def get(self, section: type[S]) -> S:
        """The kept section; its defaults where none was kept or what was kept is not valid."""
        if section not in self._values:
            self._values[section] = self._read(section)
        return cast("S", self._values[section])

    def put(self, value: Section) -> None:
        """Keep `value` in place of its section, and tell those who watch it."""
        section = type(value)
        if self.get(section) == value and section.SECTION in self._sections:
            return
        self._values[section] = value
        self._sections[section.SECTION] = to_plain(value)
        self._save()
        for listener in tuple(self._listeners[section]):
            listener(value)

    def watch(self, section: type[S], listener: Listener[S]) -> S:
        """Call `listener` with each later value of `section`; gives the value it has now."""
        self._listeners[section].append(listener)
        return self.get(section)

    def report_to(self, tell: Callable[[str], None]) -> None:
        """Tell what went wrong with the file, so far and from now on, in whole sentences."""
        self._tell = tell
        for sentence in self._unheard:
            tell(sentence)
        self._unheard.clear()

    def _load(self) -> Sections:
        try:
            return read_sections(self._path)
        except DamagedSettingsError as error:
            aside = self._set_aside()
            where = "" if aside is None else f" and was set aside as {aside.name}"
            self._tell(f"The settings file {self._path} {error}{where}; Kibitz uses its defaults.")
        except WithheldSettingsError as error:
            self._is_withheld = True
            self._tell(
                f"The settings file {self._path} {error}; Kibitz uses its defaults, and sets the "
                "file aside before it keeps others in its place."
            )
        return {}

    def _set_aside(self) -> Path | None:
        return set_aside(self._path, datetime.now().astimezone())

    def _read(self, section: type[S]) -> S:
        name = section.SECTION
        if name not in self._sections:
            return section()
        try:
            return from_plain(section, self._sections[name])
        except AppError as error:
            logger.warning("settings section %s: %s", name, error)
            self._tell(f"The settings of “{name}” are not valid; Kibitz uses its defaults there.")
            return section()

    def _save(self) -> None:
        if self._is_withheld and self._set_aside() is None:
            self._tell(f"Settings cannot be kept in {self._path}; they last until Kibitz ends.")
            return
        self._is_withheld = False
        try:
            write_sections(self._path, self._sections)
        except SettingsError as error:
            self._tell(str(error))
