"""Reads a judge's reply strictly: what is not exactly one of the offered answers is no vote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.data.chat_client import without_thinking

if TYPE_CHECKING:
    from engine.evaluation.judge.prompts import JudgePrompt

Verdict = Literal["a", "b", "tie", "unparsable"]

_WRAPPING = " \t\r\n\"'`*.“”"


def read_verdict(reply: str, prompt: JudgePrompt) -> Verdict:
    """The answer that a reply gives.

    A leading block of thinking, quotation marks, emphasis, a full stop and the letters' case are
    forgiven; any other word is not, so that "A is worse than B" and "both" are nobody's votes.
    """
    said = without_thinking(reply).strip(_WRAPPING).casefold()
    answers: dict[str, Verdict] = {prompt.answer_a.casefold(): "a", prompt.answer_b.casefold(): "b"}
    if prompt.answer_tie is not None:
        answers[prompt.answer_tie.casefold()] = "tie"
    return answers.get(said, "unparsable")
