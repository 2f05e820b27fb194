"""The statement in the status bar: what leaves this machine, which is nothing unless chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.errors import AppError
from ui.features.feature import Feature, WindowContext


class PrivacyFeature(Feature):
    """Names the other machines that the chosen source and players of past moments lie on."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._picker = context.choice.source
        self._remote = context.remote
        self.label = QLabel()
        context.status.add_label(self.label)
        self._picker.changed.connect(self._note_choice)
        self._remote.changed.connect(self._follow)
        self._note_choice()

    def _note_choice(self) -> None:
        try:
            spec = self._picker.spec()
        except AppError:  # nothing is chosen yet
            spec = None
        self._remote.note("source", spec)

    def _follow(self) -> None:
        hosts = ", ".join(self._remote.names)
        if not hosts:
            self.label.setText(self.tr("Nothing leaves this machine"))
            self.label.setToolTip(
                self.tr("Pictures, commentary and transcripts stay on this machine.")
            )
        else:
            self.label.setText(self.tr("Connects to {0}").format(hosts))
            self.label.setToolTip(
                self.tr(
                    "The pictures come from {0}, which sees that you fetch them. "
                    "Commentary and transcripts stay on this machine."
                ).format(hosts)
            )
