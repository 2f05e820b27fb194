"""Figures of a session that had a hard time for a while."""

from __future__ import annotations

import random

from app.meters.record import MeterRecord
from app.session.messages import MetersUpdated
from app.transcripts.line import TranscriptLine
from engine.events import CacheUse, RoundTiming

_SEED, _ROUNDS, _HARD = 3, 80, range(40, 60)
_CACHE = CacheUse(512, 480, 2400, 610, 5200, 180_000_000)


def busy_record() -> MeterRecord:
    """Eighty rounds, a line in every other one, every other line spoken."""
    chance, record = random.Random(_SEED), MeterRecord()
    for index in range(_ROUNDS):
        slow = 3.0 if index in _HARD else 1.0
        timing = RoundTiming(0.003, 0.12 * slow, 0.2 * slow, 0.3 * chance.random() * slow, 0.02)
        record.add_round(
            MetersUpdated(
                *(2 * index + 2, 2 * index, max(0, index - _HARD.stop) // 3),
                *(timing, _CACHE, 0.8, 1.0, timing.total_s + 0.05, 1_400_000_000),
            )
        )
        if index % 2 == 0:
            captured_at = 100.0 + index
            shown_at = captured_at + 0.8 * slow * (1 + chance.random())
            line = TranscriptLine(index, index, index + 1, "A line.", captured_at)
            record.add_line(line, shown_at)
            if index % 4 == 0:
                record.hear(index, shown_at + 0.9)
    return record
