"""The help pages, and a word about the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

from ui.features.feature import Feature, WindowContext
from ui.icons import application_icon

if TYPE_CHECKING:
    from ui.help_viewer import HelpViewer

_ICON = QSize(64, 64)


class HelpFeature(Feature):
    """The help menu."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._viewer: HelpViewer | None = None
        help_ = context.deeds.make("help", self.tr("Kibitz &help"), "help", "F1")
        about = context.deeds.make("about", self.tr("&About Kibitz"), "info")
        help_.triggered.connect(self.show_help)
        about.triggered.connect(self.show_about)
        context.menus.help.addActions([help_, about])

    def show_help(self) -> None:
        """Open the help pages."""
        from ui.help_viewer import HelpViewer, help_pages  # which the first window can spare

        if self._viewer is None:
            self._viewer = HelpViewer(help_pages())
        self._viewer.show()
        self._viewer.raise_()
        self._viewer.activateWindow()

    def show_about(self) -> None:
        """Say what this program is."""
        from importlib.metadata import version  # reads mail headers, with all that this loads

        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About Kibitz"))
        box.setIconPixmap(application_icon().pixmap(_ICON))
        box.setText(
            self.tr(
                "<h3>Kibitz {0}</h3><p>Watches your screen, a webcam or a video and comments on it "
                "live, with a streaming vision-language model on your own machine.</p>"
                "<p>Apache License 2.0</p>"
            ).format(version("kibitz"))
        )
        box.addButton(QMessageBox.StandardButton.Close).setIcon(QIcon())  # the style's is odd here
        box.open()

    def close(self) -> None:
        if self._viewer is not None:
            self._viewer.close()
