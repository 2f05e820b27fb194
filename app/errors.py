"""Errors of the services: each message is one sentence that a person can act on."""

from __future__ import annotations


class AppError(Exception):
    """Base of everything that `app` raises for a cause outside its own code."""


class SourceError(AppError):
    """A picture source cannot be opened, or broke off while it was read."""


class SpeechError(AppError):
    """Nothing can be spoken, or a line cannot."""


class TranscriptError(AppError):
    """A transcript cannot be written or read."""


class SessionStateError(AppError):
    """A session was asked for a step that its state does not allow."""


class SettingsError(AppError):
    """A setting is out of its range, or settings cannot be kept."""


class ModelError(AppError):
    """A model is not here, cannot be brought here, or cannot be measured."""


class SteeringError(AppError):
    """What a person told the commentator does not fit: too long, or a rule without a word."""


class BroadcastError(AppError):
    """The page for streaming programs cannot be served."""
