"""What the store asks of a section of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from dataclasses import Field


class Section(Protocol):
    """A frozen dataclass whose fields all have defaults and can be written as JSON.

    The types of its fields must be importable at run time, not under TYPE_CHECKING only.

    Attributes:
        SECTION: Its name in the file; never changed and never used again for anything else.
    """

    SECTION: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init__(self) -> None:
        """All defaults; `__post_init__` raises AppError where a value is out of its range."""
        ...
