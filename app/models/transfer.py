"""One file from the hub, by range requests: goes on after a broken line and after a kill."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import httpx2
import huggingface_hub
from huggingface_hub import utils

from app.errors import ModelError
from app.models.part_file import PartFile

if TYPE_CHECKING:
    from pathlib import Path

    from app.models.manifest import ModelFile
    from app.models.progress import ProgressMeter

logger = logging.getLogger(__name__)

_TIMEOUT = httpx2.Timeout(15.0, read=30.0)
_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # between tries that brought nothing
_MOST_FAULTS = 2  # wrong checksums; a second one is no accident any more
_PARTIAL, _OUT_OF_RANGE = 206, 416
_PASSING = frozenset({408, 429, 500, 502, 503, 504})


class _RefusedForNowError(httpx2.TransportError):
    """The server answered that it cannot at the moment, which is as good as no answer."""


class Transfer:
    """Brings files of one version of a model.

    Args:
        hub_id: Which model.
        commit: Which version.
        folder: Where the files go.
        meter: Told of every byte.
        endpoint: Address of the hub; None for the usual one.
        waits_s: How long to wait after the first, second, ... try in a row that brought nothing.
    """

    def __init__(
        self,
        hub_id: str,
        commit: str,
        folder: Path,
        meter: ProgressMeter,
        *,
        endpoint: str | None = None,
        waits_s: tuple[float, ...] = _WAITS_S,
    ) -> None:
        self._hub_id = hub_id
        self._commit = commit
        self._folder = folder
        self._meter = meter
        self._endpoint = endpoint
        self._waits_s = waits_s
        self._client: httpx2.Client = huggingface_hub.get_session()
        hub_utils: Any = utils
        headers: dict[str, str] = hub_utils.build_hf_headers()
        self._headers = headers | {"Accept-Encoding": "identity"}

    def bring(self, file: ModelFile) -> None:
        """Bring what is missing of `file`, check it and give it its name.

        Raises:
            ModelError: It arrived damaged again and again.
            httpx2.TransportError: The line stays broken.
            HfHubHTTPError: The hub refuses.
            OSError: It cannot be written.
        """
        self._meter.file = file.name
        with PartFile(self._folder, file, self._meter.checked) as part:
            for _ in range(_MOST_FAULTS):
                self._fill(part, file)
                if part.finish():
                    return
                logger.warning("%s arrived with a wrong checksum", file.name)
                self._meter.dropped(file.size)
        raise ModelError(
            f"{file.name} of {self._hub_id} arrived damaged {_MOST_FAULTS} times; something on the "
            "way changes it, try another network."
        )

    def _fill(self, part: PartFile, file: ModelFile) -> None:
        """Ask again and again until all bytes are there; only tries that bring none count."""
        num_failed = 0
        while not part.is_full:
            before = part.size
            try:
                self._stream(part, file)
            except httpx2.TransportError as error:
                num_failed = 0 if part.size > before else num_failed + 1
                if num_failed >= len(self._waits_s):
                    raise
                logger.info("%s broke off at %d: %r", file.name, part.size, error)
                self._meter.waits()
                time.sleep(self._waits_s[num_failed])

    def _stream(self, part: PartFile, file: ModelFile) -> None:
        """One request for all that is missing."""
        url = huggingface_hub.hf_hub_url(
            self._hub_id, file.name, revision=self._commit, endpoint=self._endpoint
        )
        headers = self._headers | ({"Range": f"bytes={part.size}-"} if part.size else {})
        with self._client.stream("GET", url, headers=headers, timeout=_TIMEOUT) as response:
            self._accept(response, part)
            for block in response.iter_bytes():  # as they come: a block not full would be lost
                if part.size + len(block) > file.size:
                    self._start_over(part)
                    raise _RefusedForNowError("more bytes than the file has")
                part.append(block)
                self._meter.arrived(len(block))

    def _accept(self, response: httpx2.Response, part: PartFile) -> None:
        """Make sure that what follows belongs at the end of `part`."""
        if response.status_code in _PASSING:
            raise _RefusedForNowError(f"status {response.status_code}")
        if response.status_code == _OUT_OF_RANGE:
            self._start_over(part)
            raise _RefusedForNowError("the server has no such range")
        utils.hf_raise_for_status(response)
        start = _range_start(response) if response.status_code == _PARTIAL else 0
        if start != part.size:
            self._start_over(part)  # a server without ranges sends the file from its beginning
            if start:
                raise _RefusedForNowError("the server sent another range")

    def _start_over(self, part: PartFile) -> None:
        self._meter.dropped(part.size)
        part.restart()


def _range_start(response: httpx2.Response) -> int:
    """Where a partial answer begins, of "bytes 100-199/200"; -1 where it does not say."""
    text = response.headers.get("Content-Range", "")
    start = text.removeprefix("bytes ").partition("-")[0]
    return int(start) if start.isdigit() else -1
