"""Dataclasses as what JSON can hold, and back.

Every field is checked against its type, for people edit files and disks break them. By msgspec,
since pydantic takes a third of the time in which the window is to show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from app.errors import AppError

T = TypeVar("T")


class MisfitError(AppError):
    """A value is not of the type that its place asks for."""


def to_plain(value: Any) -> Any:
    """The value in strings, numbers, lists and dictionaries."""
    return msgspec.to_builtins(value, enc_hook=str)


def from_plain(kind: type[T], plain: Any) -> T:
    """The value of type `kind` that `to_plain` made `plain` of.

    Keys that a dataclass does not know are left out, and fields that are not there take their
    defaults.

    Raises:
        MisfitError: It is of another type.
        AppError: A dataclass refuses its fields.
    """
    try:
        return msgspec.convert(plain, kind, dec_hook=_read_path)
    except msgspec.ValidationError as error:
        raise MisfitError(str(error)) from error


def _read_path(kind: type, plain: Any) -> Path:
    if kind is Path and isinstance(plain, str):
        return Path(plain)
    raise MisfitError(f"{plain!r} is no {kind.__name__}")
