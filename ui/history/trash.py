"""Sessions that are thrown away go to the system's trash, and can be taken out of it again."""

from __future__ import annotations

import logging
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile

from app.errors import TranscriptError
from app.transcripts.journal import is_being_written
from app.transcripts.key_frames import key_frame_folder
from app.transcripts.notes import notes_path

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Discarded:
    """What lies in the trash.

    Attributes:
        moved: Pairs of where a file was and where it is.
    """

    moved: tuple[tuple[Path, Path], ...]

    def restore(self) -> None:
        """Put all of it back.

        Raises:
            TranscriptError: It is not in the trash any more.
        """
        for original, in_trash in self.moved:
            try:
                shutil.move(in_trash, original)
            except OSError as error:
                raise TranscriptError(_why_not(original, error)) from error


def discard(journal: Path) -> Discarded:
    """Move a journal with its notes and key frames to the trash.

    Raises:
        TranscriptError: It is being written, or there is no trash for its disk.
    """
    if is_being_written(journal):
        raise TranscriptError(_tr("This session still runs; stop it before you delete it."))
    moved = [_moved(journal)]
    for beside in (notes_path(journal), key_frame_folder(journal)):
        if beside.exists():
            try:
                moved.append(_moved(beside))
            except TranscriptError:
                logger.warning("%s stays where it is: it does not go into the trash", beside)
    return Discarded(tuple(moved))


def _moved(path: Path) -> tuple[Path, Path]:
    file = QFile(str(path))
    if not file.moveToTrash():
        raise TranscriptError(
            _tr("{0} cannot be moved to the trash ({1}); delete the file yourself.").format(
                path, file.errorString()
            )
        )
    return path, Path(file.fileName())


def _why_not(original: Path, error: OSError) -> str:
    told = _tr("{0} could not be taken out of the trash ({1}).").format(original, error)
    if sys.platform == "darwin":  # which lets few programs look into the trash
        told = f"{told} {_tr('Put it back in Finder.')}"
    return told


def _tr(text: str) -> str:
    return QCoreApplication.translate("Trash", text)
