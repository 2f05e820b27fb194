"""What the person chose for streaming programs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from app.errors import SettingsError

MIN_PORT, MAX_PORT = 1024, 65535
DEFAULT_PORT = 47820
_TOKEN = re.compile(r"[A-Za-z0-9_-]*")
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class BroadcastSettings:
    """The page and the file.

    Attributes:
        serves_page: The page is on.
        port: On the loopback device.
        token: Part of the page's address; empty until the page was on for the first time.
        writes_file: The live text file is on.
        file: Its path; empty until one was chosen.

    Raises:
        SettingsError: A value is out of its range.
    """

    SECTION: ClassVar[str] = "streaming"

    serves_page: bool = False
    port: int = DEFAULT_PORT
    token: str = ""
    writes_file: bool = False
    file: str = ""

    def __post_init__(self) -> None:
        if not MIN_PORT <= self.port <= MAX_PORT:
            raise SettingsError(
                f"The port of the page must be {MIN_PORT} to {MAX_PORT}, not {self.port}."
            )
        if not _TOKEN.fullmatch(self.token):
            raise SettingsError("The token of the page has letters, digits, - and _ only.")

    def with_new_token(self) -> BroadcastSettings:
        """The same with another address, so that nobody who knew the old one sees anything."""
        import secrets  # a start without the page can spare it

        return replace(self, token=secrets.token_urlsafe(_TOKEN_BYTES))
