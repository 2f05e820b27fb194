"""A window in which a person watches and plays the built-in match without a commentator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.features.feature import Feature, WindowContext

if TYPE_CHECKING:
    from ui.match_window import MatchWindow


class MatchFeature(Feature):
    """Opens the match window."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._match_page = context.choice.source.match
        self._match: MatchWindow | None = None
        play = context.deeds.make("match_window", self.tr("Play the built-in &match…"), "match")
        play.triggered.connect(self.show_match)
        context.menus.view.addSeparator()
        context.menus.view.addAction(play)

    def show_match(self) -> None:
        """Open the match whose number is chosen."""
        from ui.match_window import MatchWindow  # loads OpenCV, which the first window can spare

        self.close()
        self._match = MatchWindow(self._match_page.spec().seed)
        self._match.show()

    def close(self) -> None:
        if self._match is not None:
            self._match.close()
