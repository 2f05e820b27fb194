"""The models that users will name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.precision import Parameters
from app.models.shape import ModelShape
from app.session.request import BUNDLED_MODEL

if TYPE_CHECKING:
    from collections.abc import Iterable

_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model and what is known of it before it is here.

    Attributes:
        name: What `--model` takes.
        title: What people call it.
        licence: As its makers state it; None where that is not known here.
        parameters: None where that is not known.
        download_bytes: Size of its files; None where that is not known.
        shape: None where that is not known.
    """

    name: str
    title: str
    purpose: str
    licence: str | None = None
    parameters: Parameters | None = None
    download_bytes: int | None = None
    shape: ModelShape | None = None


_MATCH = ModelShape(4, 256, 4, 2, 64, 578, 128, 4, is_tied=True, picture_tokens=24)
_QWEN_2_5_3B = ModelShape(36, 2048, 16, 2, 128, 151_936, 1280, 4, is_tied=True)
_QWEN_2_5_7B = ModelShape(28, 3584, 28, 4, 128, 152_064, 1280, 4)
_QWEN_2_7B = ModelShape(28, 3584, 28, 4, 128, 152_064, 1280, 32)

CATALOGUE = (
    CatalogueEntry(
        BUNDLED_MODEL,
        "Bundled match model",
        "Knows the built-in match, nothing else",
        "Apache-2.0",
        shape=_MATCH,
    ),
    CatalogueEntry(
        "mit-han-lab/StreamingVLM",
        "StreamingVLM 7B",
        "Live sports commentary",
        "none stated; its base, Qwen2.5-VL 7B, is Apache-2.0",
        Parameters(8_292_166_656, 6_525_288_448),
        16_596_000_000,
        _QWEN_2_5_7B,
    ),
    CatalogueEntry(
        "Qwen/Qwen2.5-VL-3B-Instruct",
        "Qwen2.5-VL 3B",
        "Describes anything",
        "Qwen Research (not for commercial use)",
        Parameters(3_754_622_976, 2_774_532_096),
        7_521_000_000,
        _QWEN_2_5_3B,
    ),
    CatalogueEntry(
        "Qwen/Qwen2.5-VL-7B-Instruct",
        "Qwen2.5-VL 7B",
        "Describes anything, in more detail",
        "Apache-2.0",
        Parameters(8_292_166_656, 6_525_288_448),
        16_596_000_000,
        _QWEN_2_5_7B,
    ),
    CatalogueEntry(
        "chenjoya/LiveCC-7B-Instruct",
        "LiveCC 7B",
        "Live commentary",
        "Apache-2.0",
        Parameters(8_291_375_616, 6_525_288_448),
        16_594_000_000,
        _QWEN_2_7B,
    ),
)


def is_hub_id(text: str) -> bool:
    """Whether `text` is written as the hub names models: owner/name."""
    return _HUB_ID.fullmatch(text) is not None


def entry_of(name: str) -> CatalogueEntry:
    """What is known of a model; of a folder or another hub id that is its name."""
    for entry in CATALOGUE:
        if entry.name == name:
            return entry
    title = name if is_hub_id(name) else name.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
    return CatalogueEntry(name, title, "Your own choice")


def with_own(names: Iterable[str]) -> tuple[CatalogueEntry, ...]:
    """The catalogue, and behind it folders and hub ids that the user added."""
    known = {entry.name for entry in CATALOGUE}
    return (*CATALOGUE, *(entry_of(name) for name in dict.fromkeys(names) if name not in known))
