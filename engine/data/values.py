"""Checks of parsed JSON that files of others may break: every fault is a `DataError`."""

from __future__ import annotations

import json
import math

from engine.errors import DataError


def parsed_json(content: bytes) -> object:
    """The value that UTF-8 JSON holds.

    Raises:
        DataError: It is not JSON, or nested deeper than Python can follow.
    """
    try:
        return json.loads(content)
    except ValueError as error:
        raise DataError(f"not JSON ({error})") from error
    except RecursionError as error:
        raise DataError("not usable JSON (it is nested too deeply)") from error


def finite_number(value: object, what: str) -> float:
    """A number as a float.

    Raises:
        DataError: It is no number, not finite or too large for a float; `what` names it.
    """
    try:
        if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value):
            return float(value)
    except OverflowError:  # JSON's integers have no bound, those of a float do
        pass
    raise DataError(f"{what} must be a finite number, it is {value!r:.60}")


def writable_text(value: object, what: str) -> str:
    r"""A text that can be written again; JSON's "\ud800" is half a character and cannot.

    Raises:
        DataError: It is no text, or holds half a character; `what` names it.
    """
    if not isinstance(value, str):
        raise DataError(f"{what} must be a text, it is {value!r:.60}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"{what} holds half a character (a lone surrogate): {value!a:.60}"
        ) from error
    return value
