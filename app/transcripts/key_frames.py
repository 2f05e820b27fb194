"""Key frames: a small picture of what each line was said about, in a folder beside the journal."""

from __future__ import annotations

import io
import logging
import queue
import shutil
import threading
from typing import TYPE_CHECKING

from app.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from app.capture.base import Image
    from app.transcripts.line import TranscriptLine

logger = logging.getLogger(__name__)

SUFFIX = ".frames"
KEY_FRAME_PX = 240  # wide, unless somebody chooses otherwise
JPEG_QUALITY = 78
_REDUCING_GAP = 2.0  # nearly as good as without, and several times as quick for large pictures
_WAITING = 8  # pictures; more would pile up behind a slow disk
_CLOSE_WAIT_S = 1.0


def key_frame_folder(journal: Path) -> Path:
    """Where the key frames of a journal are; it exists once there is one."""
    return journal.with_suffix(SUFFIX)


def key_frame_name(line_index: int) -> str:
    """The name of a line's picture in that folder."""
    return f"{line_index:06d}.jpg"


def copy_key_frames(folder: Path, target: Path, lines: Iterable[TranscriptLine]) -> frozenset[int]:
    """Copy the pictures of `lines` that are there; gives the numbers of those lines.

    Raises:
        OSError: A picture cannot be written.
    """
    found = [line.index for line in lines if (folder / key_frame_name(line.index)).is_file()]
    if found:
        target.mkdir(parents=True, exist_ok=True)
    for index in found:
        shutil.copyfile(folder / key_frame_name(index), target / key_frame_name(index))
    return frozenset(found)


class KeyFrameWriter:
    """Shrinks and writes pictures in a thread of its own, so that no round waits for the disk.

    A picture that cannot be kept is a pity, not an error: the line stands without it.

    Args:
        journal: The journal beside which the pictures go.
        width_px: How wide they become; narrower ones stay as they are.
        on_saved: Called in the thread with the number of the line.
    """

    def __init__(self, journal: Path, width_px: int, on_saved: Callable[[int], None]) -> None:
        self._folder = key_frame_folder(journal)
        self._width_px = width_px
        self._on_saved = on_saved
        self._waiting: queue.Queue[tuple[int, Image] | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, name="key-frames", daemon=True)
        self._thread.start()

    def put(self, line_index: int, image: Image) -> None:
        """Keep `image`, uint8 RGB (height, width, 3), with a line; never waits."""
        try:
            self._waiting.put_nowait((line_index, image))
        except queue.Full:
            logger.info("line %d gets no key frame: the disk is too slow", line_index)

    def close(self) -> None:
        """Write what waits, but for no longer than a second. Nothing may be put after it."""
        try:
            self._waiting.put(None, timeout=_CLOSE_WAIT_S)
        except queue.Full:
            logger.warning("the last key frames are lost: the disk is too slow")
        else:
            self._thread.join(_CLOSE_WAIT_S)

    def _run(self) -> None:
        try:
            while (item := self._waiting.get()) is not None:
                self._save(*item)
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("no more key frames are kept")

    def _save(self, line_index: int, image: Image) -> None:
        path = self._folder / key_frame_name(line_index)
        partial = path.with_suffix(".part")  # a picture that is there is whole
        try:
            self._folder.mkdir(exist_ok=True)
            with replacing(path, partial):
                partial.write_bytes(encoded(image, self._width_px))
        except OSError as error:
            logger.warning("%s cannot be written: %s", path, error)
        else:
            self._on_saved(line_index)


def encoded(image: Image, width_px: int) -> bytes:
    """`image` as JPEG, at most `width_px` wide."""
    from PIL import Image as PillowImage  # whoever only reads transcripts can do without

    picture = PillowImage.fromarray(image)
    if picture.width > width_px:
        size = width_px, max(1, round(picture.height * width_px / picture.width))
        picture = picture.resize(size, reducing_gap=_REDUCING_GAP)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=JPEG_QUALITY)
    return data.getvalue()
