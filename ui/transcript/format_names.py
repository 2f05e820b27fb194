"""How the formats of exports are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.transcripts.formats import TranscriptFormat


def format_names() -> dict[TranscriptFormat, str]:
    """Their names in the person's language, in the order in which they are offered."""
    translate = QCoreApplication.translate
    return {
        TranscriptFormat.SRT: translate("Formats", "SubRip"),
        TranscriptFormat.VTT: translate("Formats", "WebVTT"),
        TranscriptFormat.TXT: translate("Formats", "Text"),
        TranscriptFormat.MARKDOWN: translate("Formats", "Markdown with pictures"),
        TranscriptFormat.JSONL: translate("Formats", "JSON lines"),
    }
