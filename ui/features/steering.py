"""Tells the commentator how to comment, now and while it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import AppError
from app.session.state import SessionState
from app.steering.instruction import compose, follows_instructions
from app.steering.settings import SteeringSettings
from ui.features.feature import Feature, WindowContext
from ui.steering.panel import SteeringPanel

if TYPE_CHECKING:
    from app.session.request import SessionRequest
    from ui.session_bridge import SessionBridge


class SteeringFeature(Feature):
    """The Steering tab: what is chosen is kept, goes with every start, and changes what runs."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._commentary = context.commentary
        self._settings = context.settings
        self._model = context.choice.model
        self.panel = SteeringPanel()
        self._steering = self._settings.get(SteeringSettings)
        self.panel.show_steering(self._steering)
        context.side.add(self.panel, self.tr("Steering"))
        context.starter.amend(self._amend)
        self._commentary.began.connect(self._begin)
        self._commentary.state_changed.connect(self._follow_state)
        self._commentary.ended.connect(self._follow_state)
        self._model.chosen.connect(self._follow_model)
        self.panel.shown.connect(self._follow_model)
        self.panel.changed.connect(self._steer)
        self.panel.question.asked.connect(self._ask)
        self._follow_model()

    def close(self) -> None:
        self.panel.flush()

    def _amend(self, request: SessionRequest) -> SessionRequest:
        self.panel.flush()
        steering = self._steering
        sampling = replace(request.effective_sampling, talkativeness=steering.talkativeness)
        can_follow = follows_instructions(request.model)
        return replace(
            request,
            instruction=compose(steering) if can_follow else "",
            sampling=sampling,
            words=steering.words,
        )

    def _begin(self, bridge: SessionBridge) -> None:
        bridge.question_put.connect(self.panel.show_put)
        bridge.question_answered.connect(self.panel.show_answer)
        self._follow_model()

    def _steer(self, steering: SteeringSettings) -> None:
        before, self._steering = self._steering, steering
        self._settings.put(steering)
        session, request = self._commentary.session, self._commentary.request
        if session is None or request is None:
            return
        if compose(steering) != compose(before) and follows_instructions(request.model):
            session.set_instruction(compose(steering))
        if steering.talkativeness != before.talkativeness:
            session.set_talkativeness(steering.talkativeness)
        if steering.words != before.words:
            session.set_words(steering.words)

    def _ask(self, question: str) -> None:
        if self._commentary.session is not None:
            self._commentary.session.ask(question)

    def _follow_model(self) -> None:
        self.panel.follow_model(can_follow=self._can_follow())
        self._follow_state()

    def _follow_state(self) -> None:
        is_running = self._commentary.is_active and self._commentary.state in {
            SessionState.RUNNING,
            SessionState.PAUSED,
        }
        can_follow = self._can_follow()
        if is_running and can_follow:
            self.panel.open_questions()
        else:
            self.panel.close_questions(can_follow=can_follow)

    def _can_follow(self) -> bool:
        """Whether the model that runs, or else the chosen one, can be steered."""
        if self._commentary.session is not None and self._commentary.request is not None:
            return follows_instructions(self._commentary.request.model)
        try:
            return follows_instructions(self._model.model())
        except AppError:  # none is chosen yet
            return True
