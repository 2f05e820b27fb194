"""After a crash: the journals that broke off are finished and told of."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import TranscriptError
from app.transcripts.journal import RECOVERED, finish_journal, unfinished_journals

if TYPE_CHECKING:
    from pathlib import Path

    from app.transcripts.journal import Transcript

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A session that ended without a word, and what of it was kept."""

    journal: Path
    transcript: Transcript


def recover_all(folder: Path) -> tuple[Recovered, ...]:
    """Finish every journal in `folder` that broke off, oldest first.

    Journals that some program still writes are left alone, and so are damaged ones, which the
    history shows. One that holds no round is removed, as it is at an orderly end, and so is one
    whose program was killed before it had written a single byte.
    """
    found: list[Recovered] = []
    for journal in unfinished_journals(folder):
        if not journal.stat().st_size:
            journal.unlink(missing_ok=True)
            continue
        try:
            transcript = finish_journal(journal)
        except (TranscriptError, OSError) as error:
            logger.warning("%s cannot be recovered: %s", journal, error)
            continue
        if transcript.end is None or transcript.end.reason != RECOVERED:
            continue  # it ended in order at this very moment
        if transcript.lines:
            found.append(Recovered(journal, transcript))
        else:
            journal.unlink(missing_ok=True)
    return tuple(found)
