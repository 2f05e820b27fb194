"""The built-in match: a small football game seen from above, its pictures and its commentary.

It teaches and judges the bundled model: what happens can be seen in the pixels, which team is
which and the running score cannot; a model has to remember them. Direction inside the package:
`stream` (what others use) -> `simulator` -> `squad`, `renderer` -> `look`; `words` says what
happened, `parsing` reads it back. Nothing here imports torch.
"""

from __future__ import annotations

from engine.match.events import EventKind, MatchEvent, Zone
from engine.match.stream import MatchStream
from engine.match.words import Teams

__all__ = ["EventKind", "MatchEvent", "MatchStream", "Teams", "Zone"]
