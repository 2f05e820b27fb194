"""The governor's place in a session: it sees what rounds take and changes what goes into them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.governor.effort import Effort, steps_from
from app.governor.governor import Governor
from app.session.messages import EffortChanged
from app.session.request import BUNDLED_MODEL
from engine.events import RoundFinished, RoundStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.engine_thread import Wishes
    from app.session.messages import Message
    from app.session.reports import EngineSaid
    from app.session.request import SessionRequest

logger = logging.getLogger(__name__)


class KeepingUp:
    """Follows the rounds of a session and keeps them within the time that there is.

    The bundled model was taught on pictures of one number and size, so those stay for it.

    Args:
        request: Says the full effort, and whether the governor is on.
        is_paced: The stream does not wait for the engine; otherwise there is nothing to do.
        wishes: Where a new effort goes.
        emit: Called with each EffortChanged.
    """

    def __init__(
        self,
        request: SessionRequest,
        *,
        is_paced: bool,
        wishes: Wishes,
        emit: Callable[[Message], None],
    ) -> None:
        self._full = Effort.of(request.streaming)
        self._steps = steps_from(self._full, keeps_picture=request.model == BUNDLED_MODEL)
        self._is_paced = is_paced
        self._wishes = wishes
        self._emit = emit
        self._started_at = 0.0
        self._governor = self._new_governor(is_on=request.is_governed)

    def switch(self, *, is_on: bool) -> None:
        """Turn the governor on, or off, which gives back what it saved."""
        if is_on == (self._governor is not None):
            return
        before, self._governor = self._governor, self._new_governor(is_on=is_on)
        if before is not None and before.steps_down:
            self._wishes.spend(self._full)
            self._emit(EffortChanged(0, before.num_steps, False, None, self._full, 0.0))

    def follow(self, said: EngineSaid) -> None:
        """Take the next event of a round."""
        match said.event:
            case RoundStarted():
                self._started_at = said.at
            case RoundFinished():
                chunk = said.chunk
                self._weigh((said.at - self._started_at) / (chunk.end_s - chunk.start_s))
            case _:
                pass

    def _weigh(self, load: float) -> None:
        if self._governor is None:
            return
        decision = self._governor.observe(load)
        if decision is None:
            return
        logger.info("a step %s: %s", "down" if decision.is_down else "up", decision)
        self._wishes.spend(decision.effort)
        self._emit(
            EffortChanged(
                steps_down=decision.steps_down,
                num_steps=self._governor.num_steps,
                is_down=decision.is_down,
                saving=decision.saving,
                effort=decision.effort,
                load=decision.load,
            )
        )

    def _new_governor(self, *, is_on: bool) -> Governor | None:
        return Governor(self._full, self._steps) if is_on and self._is_paced else None
