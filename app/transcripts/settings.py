"""What a person chose for transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.errors import TranscriptError
from app.paths import typed_path
from app.transcripts.formats import TranscriptFormat
from app.transcripts.key_frames import KEY_FRAME_PX
from app.transcripts.naming import DEFAULT_TEMPLATE, NameTemplate
from app.transcripts.saving import ExportPlan

NARROWEST_PX, WIDEST_PX = 64, 640


@dataclass(frozen=True, slots=True)
class TranscriptSettings:
    """Key frames, names and the exports that are written when a session ends.

    Attributes:
        has_key_frames: Keep a small picture with each line.
        key_frame_px: How wide it is.
        name: Template of the names of exports.
        has_autosave: Write exports at the end of every session.
        autosave_folder: Where to; empty is no folder.
        formats: Which; also what the export dialog proposes.

    Raises:
        TranscriptError: A value is out of its range.
    """

    SECTION: ClassVar[str] = "transcripts"

    has_key_frames: bool = True
    key_frame_px: int = KEY_FRAME_PX
    name: str = DEFAULT_TEMPLATE
    has_autosave: bool = False
    autosave_folder: str = ""
    formats: tuple[TranscriptFormat, ...] = (TranscriptFormat.SRT,)

    def __post_init__(self) -> None:
        if not NARROWEST_PX <= self.key_frame_px <= WIDEST_PX:
            raise TranscriptError(
                f"Key frames are {NARROWEST_PX} to {WIDEST_PX} pixels wide, "
                f"not {self.key_frame_px}."
            )
        NameTemplate(self.name)  # raises where it is none

    @property
    def kept_width_px(self) -> int:
        """The width of the key frames, 0 where none are kept."""
        return self.key_frame_px if self.has_key_frames else 0

    @property
    def autosave(self) -> ExportPlan | None:
        """What is exported at the end of a session.

        Raises:
            TranscriptError: The folder is in nobody's home folder.
        """
        if not (self.has_autosave and self.autosave_folder and self.formats):
            return None
        folder = typed_path(self.autosave_folder, TranscriptError)
        return ExportPlan(folder, self.formats, NameTemplate(self.name))
