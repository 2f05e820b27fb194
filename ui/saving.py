"""Save a transcript where the person wants it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.transcripts.export import export
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import Transcript

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.transcripts.line import TranscriptLine
    from app.transcripts.records import Header

_NAMES = {
    TranscriptFormat.SRT: "SubRip",
    TranscriptFormat.VTT: "WebVTT",
    TranscriptFormat.TXT: "Text",
    TranscriptFormat.JSONL: "JSON lines",
}


def format_filters() -> dict[str, TranscriptFormat]:
    """What a file dialog offers, each with its format."""
    return {f"{name} (*.{format_.value})": format_ for format_, name in _NAMES.items()}


def with_suffix(path: Path, format_: TranscriptFormat) -> Path:
    """`path`, ending as its format does; a suffix of another format is what the person wants."""
    known = {f".{other.value}" for other in TranscriptFormat}
    return path if path.suffix.lower() in known else path.with_name(f"{path.name}.{format_.value}")


def save_with_dialog(
    parent: QWidget, header: Header, lines: tuple[TranscriptLine, ...]
) -> Path | None:
    """Ask for a file and write the transcript to it; None where the person gave up.

    Raises:
        TranscriptError: The file cannot be written.
    """
    filters = format_filters()
    title = QCoreApplication.translate("saving", "Save transcript")
    start = Path(_documents()) / "commentary.srt"
    name, chosen = QFileDialog.getSaveFileName(parent, title, str(start), ";;".join(filters))
    if not name:
        return None
    path = with_suffix(Path(name), filters[chosen])
    export(Transcript(header, lines), path)
    return path


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
