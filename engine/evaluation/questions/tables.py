"""Annotation files: JSON, JSON lines and Parquet as lists of records."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.evaluation.questions.items import Collector

RecordT = TypeVar("RecordT", bound=BaseModel)


def find_file(folder: Path, patterns: Sequence[str]) -> Path:
    """The first file under a folder that fits a pattern, earlier patterns first.

    Raises:
        DataError: None does.
    """
    for pattern in patterns:
        found = sorted(folder.glob(pattern))
        if found:
            return found[0]
    raise DataError(f"there is none of {', '.join(patterns)} in {folder}; see the suite's help")


def records(path: Path, kind: type[RecordT], collector: Collector) -> Iterator[tuple[str, RecordT]]:
    """Yield each record with its place; those of another form are listed as faults.

    Raises:
        DataError: The file cannot be read at all.
    """
    collector.files.append(path)
    for number, value in enumerate(_values(path), start=1):
        where = f"{path.name}, record {number}"
        try:
            yield where, kind.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            collector.reject(where, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")


def _values(path: Path) -> list[Any]:
    try:
        if path.suffix == ".parquet":
            return _parquet(path)
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        value: Any = json.loads(text)
    except (OSError, ValueError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    if not isinstance(value, list):
        raise DataError(f"{path} must hold a list of records")
    return cast("list[Any]", value)


def _parquet(path: Path) -> list[Any]:
    parquet: Any = import_module("pyarrow.parquet")  # without types
    return parquet.read_table(path).to_pylist()
