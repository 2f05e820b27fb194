"""Plots of the last lines and rounds, drawn by pyqtgraph.

The library takes a while to load, so it is handed in by who loaded it; see `ui.meters.loading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.meters.lateness import SHOWN, Grade
from ui.meters import colours

if TYPE_CHECKING:
    from app.meters.lateness import LineTimes
    from app.session.messages import MetersUpdated
    from ui.meters.stages import Stage

_HEIGHT_PX = 130
_BAR_WIDTH = 0.8
_DOT_PX = 7
_GRID_ALPHA = 0.2


class Plot(QWidget):
    """A pyqtgraph plot in the program's colours that cannot be dragged or zoomed.

    Args:
        pyqtgraph: The library.
        name: For screen readers; `setAccessibleDescription` says what is seen.
        unit: Of the upright axis.
    """

    def __init__(self, pyqtgraph: Any, name: str, unit: str) -> None:
        super().__init__()
        self.library = pyqtgraph
        self._widget: Any = pyqtgraph.PlotWidget(background=None)
        self.item: Any = self._widget.getPlotItem()
        self._set_up(unit)
        self.setAccessibleName(name)
        self.setFixedHeight(_HEIGHT_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._widget)
        self._follow_theme()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_theme()

    def _set_up(self, unit: str) -> None:
        self._widget.setFrameShape(self._widget.Shape.NoFrame)
        self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._widget.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.item.setMenuEnabled(False)
        self.item.setMouseEnabled(x=False, y=False)
        self.item.hideButtons()
        self.item.getAxis("left").enableAutoSIPrefix(False)
        self.item.setLabel("left", unit)
        self.item.getAxis("bottom").setStyle(showValues=False)
        self.item.showGrid(y=True, alpha=_GRID_ALPHA)
        self.item.setLimits(yMin=0)

    def _follow_theme(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.Mid)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(QPen(colour))
            axis.setTextPen(QPen(colour))


class LatenessPlot(Plot):
    """A bar for each line as high as it was late, a dot where it was heard, both thresholds."""

    def __init__(self, pyqtgraph: Any, name: str, unit: str) -> None:
        super().__init__(pyqtgraph, name, unit)
        self._bars = {grade: _bars(pyqtgraph, colour) for grade, colour in colours.GRADES.items()}
        for bars in self._bars.values():
            self.item.addItem(bars)
        self._dots: Any = pyqtgraph.ScatterPlotItem(size=_DOT_PX, brush=colours.SPOKEN, pen=None)
        self.item.addItem(self._dots)
        for at_s, grade in ((SHOWN.good_s, Grade.GOOD), (SHOWN.fair_s, Grade.FAIR)):
            pen = QPen(colours.GRADES[grade], 0, Qt.PenStyle.DashLine)
            self.item.addItem(pyqtgraph.InfiniteLine(at_s, angle=0, pen=pen))
        self.show_lines(())

    def show_lines(self, lines: tuple[LineTimes, ...]) -> None:
        """Show these lines, the newest on the right."""
        for grade, bars in self._bars.items():
            late = [
                (place, times.shown_after_s)
                for place, times in enumerate(lines)
                if SHOWN.grade(times.shown_after_s) is grade
            ]
            bars.setOpts(x=[x for x, _ in late], height=[max(0.0, y) for _, y in late])
        heard = [
            (place, times.spoken_after_s)
            for place, times in enumerate(lines)
            if times.spoken_after_s is not None
        ]
        self._dots.setData(x=[x for x, _ in heard], y=[y for _, y in heard])
        self.item.setXRange(-1, max(len(lines), 10), padding=0)
        highest = max([times.shown_after_s for times in lines] + [y for _, y in heard], default=0)
        self.item.setYRange(0, max(highest, SHOWN.fair_s) * 1.1, padding=0)


class StagePlot(Plot):
    """For each round a bar of its stages, one on the other, in milliseconds."""

    def __init__(self, pyqtgraph: Any, name: str, unit: str, stages: tuple[Stage, ...]) -> None:
        super().__init__(pyqtgraph, name, unit)
        self._bars = [(stage, _bars(pyqtgraph, stage.colour)) for stage in stages]
        for _, bars in self._bars:
            self.item.addItem(bars)
        self.show_rounds(())

    def show_rounds(self, rounds: tuple[MetersUpdated, ...]) -> None:
        """Show these rounds, the newest on the right."""
        floor = [0.0] * len(rounds)
        for stage, bars in self._bars:
            heights = [stage.milliseconds(meters.timing) for meters in rounds]
            bars.setOpts(x=list(range(len(rounds))), y0=list(floor), height=heights)
            floor = [low + height for low, height in zip(floor, heights, strict=True)]
        self.item.setXRange(-1, max(len(rounds), 10), padding=0)
        self.item.setYRange(0, max([*floor, 1.0]) * 1.1, padding=0)


def _bars(pyqtgraph: Any, colour: QColor) -> Any:
    return pyqtgraph.BarGraphItem(x=[], y0=0, height=[], width=_BAR_WIDTH, brush=colour, pen=None)
