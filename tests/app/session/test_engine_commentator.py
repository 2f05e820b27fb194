"""The engine behind a session's interface takes on efforts and talkativeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.capture.specs import MatchSpec
from app.governor.effort import Effort
from app.session.engine_commentator import EngineCommentators
from app.session.request import SessionRequest
from engine.config import StreamingConfig
from engine.events import Round, RoundFinished
from tests.engine.checkpoints import save_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FULL = StreamingConfig(vision_window_rounds=2, max_new_tokens=4)


@pytest.fixture
def comment(tmp_path: Path) -> Callable[..., Round]:
    """Runs one round of a small random model, after another effort where one is given."""
    request = SessionRequest(MatchSpec(), model=str(save_checkpoint(tmp_path)), streaming=FULL)
    commentator = EngineCommentators()(request, "", lambda _: None)

    def run(num_frames: int, effort: Effort | None = None) -> Round:
        if effort is not None:
            commentator.adapt(effort)
        commentator.talk(100.0)
        frames = np.full((num_frames, 112, 168, 3), 90, np.uint8)
        events = list(commentator.comment(frames, None))
        assert isinstance(events[-1], RoundFinished)
        return events[-1].round

    return run


def test_less_effort_costs_less_and_full_effort_comes_back(comment: Callable[..., Round]) -> None:
    full = [comment(2).cache.vision_tokens for _ in range(3)][-1]
    little = Effort(1, 0.25, 1, 1)
    spoken = comment(1, little)
    assert spoken.cache.vision_tokens < full / 4
    assert len(spoken.token_ids) == 1
    again = [comment(2, Effort.of(FULL)).cache.vision_tokens for _ in range(3)][-1]
    assert again == full
