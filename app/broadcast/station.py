"""The page and the file together, as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.broadcast.state import PageState, page_state
from app.broadcast.text_file import LiveTextFile
from app.errors import BroadcastError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.broadcast.server import BroadcastServer
    from app.broadcast.settings import BroadcastSettings
    from app.subtitles.settings import SubtitleStyle
    from app.subtitles.view import SubtitleView

_MOMENT_S = 0.05  # how long a change of settings may wait


class Station:
    """Starts and stops what sends subtitles to streaming programs; used by one thread.

    Args:
        tell: Called with a sentence when something fails, by whatever thread notices it.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._server: BroadcastServer | None = None
        self._served: tuple[int, str] | None = None
        self._leaving: list[BroadcastServer] = []
        self._file: LiveTextFile | None = None
        self._state = PageState()
        self._problem = ""

    @property
    def url(self) -> str:
        """The page's address; empty while it is off."""
        return "" if self._server is None else self._server.url

    @property
    def problem(self) -> str:
        """Why the page could not be turned on, in a sentence; else empty."""
        return self._problem

    @property
    def num_pages(self) -> int:
        """How many pages are open."""
        return 0 if self._server is None else self._server.num_pages

    def apply(self, chosen: BroadcastSettings) -> None:
        """Start and stop what the settings say; they have a token if the page is on."""
        self._serve((chosen.port, chosen.token) if chosen.serves_page else None)
        self._write(Path(chosen.file) if chosen.writes_file and chosen.file else None)
        self._send()

    def show(self, style: SubtitleStyle, view: SubtitleView) -> None:
        """Send another style or text."""
        self._state = page_state(style, view)
        self._send()

    def close(self) -> None:
        """Stop everything, and wait for it."""
        self._serve(None)
        for server in self._leaving:
            server.join()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _send(self) -> None:
        if self._server is not None:
            self._server.show(self._state)
        if self._file is not None:
            self._file.show("\n".join(self._state.paragraphs))

    def _serve(self, wanted: tuple[int, str] | None) -> None:
        if wanted == self._served:
            return
        self._served, self._problem = wanted, ""
        if self._server is not None:
            self._server.stop()
            self._leaving = [server for server in self._leaving if not server.join(0)]
            self._leaving.append(self._server)
            self._server = None
        if wanted is not None:
            self._start(wanted)

    def _start(self, wanted: tuple[int, str]) -> None:
        from app.broadcast.server import BroadcastServer  # loads what most starts can spare

        try:
            self._server = BroadcastServer(*wanted)
        except BroadcastError as error:
            self._served = None  # the next change of settings tries again
            self._problem = str(error)
            self._tell(self._problem)
        else:
            self._server.start()

    def _write(self, wanted: Path | None) -> None:
        if (None if self._file is None else self._file.path) == wanted:
            return
        if self._file is not None:
            self._file.close(_MOMENT_S)
            self._file = None
        if wanted is not None:
            self._file = LiveTextFile(wanted, self._tell)
            self._file.start()
