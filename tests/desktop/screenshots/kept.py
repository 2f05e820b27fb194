"""Sessions that were kept, made up for the pictures of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.transcripts.key_frames import encoded, key_frame_folder, key_frame_name
from app.transcripts.notes import take_notes
from app.transcripts.records import HighlightNote, TextNote, TitleNote
from engine.match import MatchStream
from tests.app.transcripts.making import STARTED_AT, write_journal

if TYPE_CHECKING:
    from pathlib import Path

_SAID = (
    "Kick-off: the Falcons in blue play from left to right.",
    "A long pass down the wing, and number seven runs after it.",
    "Shot!",
    "Saved by the keeper, who throws himself into the far corner and holds the ball.",
    "Corner for the Otters.",
    "GOAL! The Otters lead, one to nil.",
    "",
    "The Falcons build up slowly from the back.",
)
_SOURCES = ("/home/ada/Films/Cup final, second half.mp4", "webcam:0", "screen", "match:3")


def keep_sessions(folder: Path) -> Path:
    """Put a few sessions into `folder`; gives the newest, which has notes and key frames."""
    newest = folder
    for number, source in enumerate(_SOURCES):
        texts = (_SAID * 3)[number : number + 16]
        started_at = STARTED_AT + number * 90_000
        newest = write_journal(folder, *texts, source=source, started_at=started_at)
    _paint(newest, 16)
    for note in (
        TitleNote("The rehearsal"),
        HighlightNote(2, True),
        TextNote(1, "A shot!"),
    ):
        take_notes(newest, note)
    return newest


def _paint(journal: Path, count: int) -> None:
    match = MatchStream(3, width=480, height=320)
    folder = key_frame_folder(journal)
    folder.mkdir()
    for index in range(count):
        (folder / key_frame_name(index)).write_bytes(encoded(match.frame_at(float(index)), 240))
