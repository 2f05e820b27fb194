"""Save a transcript where the person wants it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from app.errors import TranscriptError
from app.transcripts.export import export
from app.transcripts.formats import TranscriptFormat
from app.transcripts.naming import DEFAULT_TEMPLATE, NameTemplate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.transcripts.journal import Transcript

_NAMES = {
    TranscriptFormat.SRT: "SubRip",
    TranscriptFormat.VTT: "WebVTT",
    TranscriptFormat.TXT: "Text",
    TranscriptFormat.MARKDOWN: "Markdown",
    TranscriptFormat.JSONL: "JSON lines",
}


def format_filters() -> dict[str, TranscriptFormat]:
    """What a file dialog offers, each with its format."""
    return {f"{name} (*.{format_.value})": format_ for format_, name in _NAMES.items()}


def with_suffix(path: Path, format_: TranscriptFormat) -> Path:
    """`path`, ending as its format does; a suffix of another format is what the person wants."""
    known = {f".{other.value}" for other in TranscriptFormat}
    return path if path.suffix.lower() in known else path.with_name(f"{path.name}.{format_.value}")


class SaveDialog(QFileDialog):
    """Asks for a file and writes a transcript to it.

    Args:
        transcript: What to write.
        template: How the file is called, unless the person types another name.
        key_frames: The folder of its key frames, for Markdown.
        parent: The window above which it opens.

    Signals:
        saved: The Path that was written.
        failed: One sentence that says why nothing was written.
    """

    saved = Signal(Path)
    failed = Signal(str)

    def __init__(
        self,
        transcript: Transcript,
        *,
        template: str = DEFAULT_TEMPLATE,
        key_frames: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._transcript = transcript
        self._key_frames = key_frames
        self._formats = format_filters()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Save transcript"))
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setDirectory(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        self.setNameFilters(list(self._formats))
        self.filterSelected.connect(self._follow_filter)
        self._follow_filter(self.selectedNameFilter())
        self.selectFile(NameTemplate(template).fill(transcript.header))
        self.fileSelected.connect(self._write)

    def _follow_filter(self, name: str) -> None:
        self.setDefaultSuffix(self._formats[name].value)

    def _write(self, name: str) -> None:
        path = with_suffix(Path(name), self._formats[self.selectedNameFilter()])
        try:
            export(self._transcript, path, key_frames=self._key_frames)
        except TranscriptError as error:
            self.failed.emit(str(error))
        else:
            self.saved.emit(path)
