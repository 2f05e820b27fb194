"""Save a transcript where the person wants it."""

from __future__ import annotations

import logging
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.errors import TranscriptError
from app.transcripts.formats import TranscriptFormat
from ui.transcript.format_names import format_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.transcripts.journal import Transcript

logger = logging.getLogger(__name__)


def format_filters() -> dict[str, TranscriptFormat]:
    """What a file dialog offers, each with its format."""
    return {f"{name} (*.{format_.value})": format_ for format_, name in format_names().items()}


def with_suffix(path: Path, format_: TranscriptFormat) -> Path:
    """`path`, ending as its format does; a suffix of another format is what the person wants."""
    return path if _has_suffix(path) else path.with_name(f"{path.name}.{format_.value}")


def _has_suffix(path: Path) -> bool:
    return path.suffix.lower() in {f".{format_.value}" for format_ in TranscriptFormat}


def _usual_folder() -> str:
    """That of the person's documents, or the home folder where there is none."""
    locations = QStandardPaths.StandardLocation
    documents = QStandardPaths.writableLocation(locations.DocumentsLocation)
    is_there = Path(documents).is_dir()
    return documents if is_there else QStandardPaths.writableLocation(locations.HomeLocation)


class SaveDialog(QFileDialog):
    """Asks for a file, and before it is replaced.

    It goes once it has its answer.

    Args:
        name: What it is called unless the person types another name; without suffix.
        parent: The window above which the dialog opens.

    Signals:
        chosen: The Path, whose suffix tells the format.
    """

    chosen = Signal(Path)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A desktop's own dialog tells no filter before it is shown, and hears of none after that.
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self._formats = format_filters()
        self.setWindowTitle(self.tr("Save transcript"))
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setDirectory(_usual_folder())
        self.setNameFilters(list(self._formats))
        self.setDefaultSuffix(self._format.value)
        # Spelled out: Qt adds no suffix to a name with a dot, and then looks for another file.
        self.selectFile(str(with_suffix(Path(name), self._format)))
        self.filterSelected.connect(self._follow_filter)
        self.fileSelected.connect(self._choose)
        self.rejected.connect(self.deleteLater)

    @property
    def _format(self) -> TranscriptFormat:
        return self._formats[self.selectedNameFilter()]

    def _follow_filter(self) -> None:
        self.setDefaultSuffix(self._format.value)
        for path in map(Path, self.selectedFiles()):
            if path.is_dir():  # what Qt gives where no name stands
                continue
            stem = path.with_suffix("") if _has_suffix(path) else path
            self.selectFile(with_suffix(stem, self._format).name)

    def _choose(self, name: str) -> None:
        path = with_suffix(Path(name), self._format)
        if path != Path(name) and path.exists():  # the dialog has looked for the bare name
            self._ask_before(path)
        else:
            self._give(path)

    def _ask_before(self, path: Path) -> None:
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        text = self.tr("{0} already exists.\nDo you want to replace it?").format(path.name)
        question = QMessageBox(
            QMessageBox.Icon.Warning, self.windowTitle(), text, buttons, self.parentWidget()
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.accepted.connect(partial(self._give, path))
        question.rejected.connect(self.deleteLater)
        question.open()

    def _give(self, path: Path) -> None:
        self.chosen.emit(path)
        self.deleteLater()


class Saver(QObject):
    """Writes transcripts away from the GUI thread: after hours of lines it takes a second.

    Signals:
        saved: The Path that was written.
        failed: One sentence that says why nothing was written.
    """

    saved = Signal(Path)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []

    def save(
        self, read: Callable[[], Transcript], path: Path, key_frames: Path | None = None
    ) -> None:
        """Write what `read` gives to `path`.

        Args:
            read: Called in the thread; raises TranscriptError where there is nothing to read.
            path: Where to; its suffix tells the format.
            key_frames: The folder of the key frames, for Markdown.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._run, args=(read, path, key_frames), name="saver")
        self._threads.append(thread)
        thread.start()

    def wait(self) -> None:
        """Wait for all that is being written, at exit only."""
        for thread in self._threads:
            thread.join()

    def _run(self, read: Callable[[], Transcript], path: Path, key_frames: Path | None) -> None:
        from app.transcripts.export import export  # loads what the first window can spare

        try:
            export(read(), path, key_frames=key_frames)
        except TranscriptError as error:
            self.failed.emit(str(error))
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("%s could not be written", path)
            self.failed.emit(self.tr("The transcript could not be saved; the log tells why."))
        else:
            self.saved.emit(path)
