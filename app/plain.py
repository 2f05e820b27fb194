"""Dataclasses as what JSON can hold, and back.

Every field is checked against its type, for people edit files and disks break them. Types may be
`str`, `int`, `float`, `bool`, `Path`, enumerations, `Literal`, `X | None`, `tuple[X, ...]`,
`dict[str, X]` and dataclasses of these, importable at run time.

A library that can do more takes longer to load than the whole window is to take to show.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from app.errors import AppError

T = TypeVar("T")


class MisfitError(AppError):
    """A value is not of the type that its place asks for."""


def to_plain(value: Any) -> Any:
    """The value in strings, numbers, lists and dictionaries."""
    match value:
        case Enum():
            return value.value
        case Path():
            return str(value)
        case tuple():
            return [to_plain(item) for item in cast("tuple[Any, ...]", value)]
        case dict():
            named = cast("dict[str, Any]", value)
            return {key: to_plain(item) for key, item in named.items()}
        case _ if is_dataclass(value):
            return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def from_plain(kind: type[T], plain: Any) -> T:
    """The value of type `kind` that `to_plain` made `plain` of.

    Keys that a dataclass does not know are left out, and fields that are not there take their
    defaults.

    Raises:
        MisfitError: It is of another type.
        AppError: A dataclass refuses its fields.
    """
    return cast("T", _read(kind, plain))


def _read(kind: Any, plain: Any) -> Any:
    """As `from_plain`, also for what Python does not call a type, as `int | None`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        return None if plain is None else _read(_but_none(arguments), plain)
    if origin is Literal and plain in arguments:
        return plain
    if origin is tuple and isinstance(plain, list):
        return tuple(_read(arguments[0], item) for item in cast("list[Any]", plain))
    if origin is dict and isinstance(plain, dict):
        named = cast("dict[str, Any]", plain)
        return {key: _read(arguments[1], item) for key, item in named.items()}
    if is_dataclass(kind) and isinstance(plain, dict):
        return _read_dataclass(kind, cast("dict[str, Any]", plain))
    if origin is None:
        return _read_scalar(kind, plain)
    raise MisfitError(f"{plain!r} is no {kind}")


def _but_none(kinds: tuple[Any, ...]) -> Any:
    (kind,) = (kind for kind in kinds if kind is not NoneType)
    return kind


def _read_dataclass(kind: Any, plain: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    given = [field for field in fields(kind) if field.name in plain]
    lacking = [field.name for field in fields(kind) if field not in given and _is_needed(field)]
    if lacking:
        raise MisfitError(f"{kind.__name__} lacks {', '.join(lacking)}")
    return kind(**{field.name: _read(hints[field.name], plain[field.name]) for field in given})


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _read_scalar(kind: Any, plain: Any) -> Any:
    try:
        if issubclass(kind, Enum):
            return kind(plain)
        if kind is Path and isinstance(plain, str):
            return Path(plain)
        if kind is float and type(plain) is int:  # as JSON of other programs has 1.0
            return float(plain)
    except (ValueError, OverflowError) as error:
        raise MisfitError(f"{plain!r} is no {kind.__name__}") from error
    if type(plain) is not kind:  # True is no number here
        raise MisfitError(f"{plain!r} is no {kind.__name__}")
    return plain
