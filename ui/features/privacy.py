"""The statement in the status bar: what leaves this machine, which is nothing unless chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.capture.specs import UrlSpec
from app.errors import AppError
from app.privacy import remote_host
from ui.features.feature import Feature, WindowContext


class PrivacyFeature(Feature):
    """Follows the chosen source; an address on another machine is named."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._picker = context.choice.source
        self.label = QLabel()
        context.status.add_label(self.label)
        self._picker.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        host = self._host()
        if host is None:
            self.label.setText(self.tr("Nothing leaves this machine"))
            self.label.setToolTip(
                self.tr("Pictures, commentary and transcripts stay on this machine.")
            )
        else:
            self.label.setText(self.tr("Connects to {0}").format(host))
            self.label.setToolTip(
                self.tr(
                    "The pictures come from {0}, which sees that you fetch them. "
                    "Commentary and transcripts stay on this machine."
                ).format(host)
            )

    def _host(self) -> str | None:
        """The machine on the network that the chosen source lies on; None for this one."""
        try:
            spec = self._picker.spec()
        except AppError:  # nothing is chosen yet
            return None
        return remote_host(spec.url) if isinstance(spec, UrlSpec) else None
