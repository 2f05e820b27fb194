"""Draws subtitles in any script, with an outline that follows the letters and a box behind them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from app.subtitles.settings import Alignment, SubtitleStyle
from ui.subtitles.outline import outlined

if TYPE_CHECKING:
    from app.subtitles.view import SubtitleView

_ALIGNMENTS = {
    Alignment.LEFT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
    Alignment.CENTRE: Qt.AlignmentFlag.AlignHCenter,
    Alignment.RIGHT: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
}
_ROOM_ON_THE_LEFT = {Alignment.LEFT: 0.0, Alignment.CENTRE: 0.5, Alignment.RIGHT: 1.0}
_WRAP = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
_BALANCING_STEPS = 6
_PADDING_EM = 0.35  # beside the letters; above and below them half of it
_ROUNDING_EM = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Text that was broken into lines for one width.

    Attributes:
        layouts: One for each paragraph; they own the lines and must be kept with them.
        lines: Those that are shown, from the first one, with the place of each one's layout.
        box: Around all of them, without padding.
    """

    layouts: tuple[QTextLayout, ...]
    lines: tuple[tuple[QTextLine, QPointF], ...]
    box: QRectF


class SubtitleRenderer:
    """Lays out and paints text in one style; for the GUI thread.

    Args:
        style: How it looks.
        max_size_pt: Letters are no larger than this, whatever the style says.
    """

    def __init__(self, style: SubtitleStyle, max_size_pt: float | None = None) -> None:
        self._style = style
        self.font = QFont(style.font_family) if style.font_family else QFont()
        self.font.setPointSizeF(min(style.size_pt, max_size_pt or style.size_pt))
        self.font.setWeight(QFont.Weight.DemiBold if style.is_bold else QFont.Weight.Normal)
        em = QFontMetricsF(self.font).height()
        self._outline = min(float(style.outline_px), em / 6)
        across = em * _PADDING_EM + self._outline
        self._padding = (across, across / 2)
        self._rounding = em * _ROUNDING_EM
        self._line_height = self._laid_out("Áj", 100 * em).boundingRect().height()
        self._drawn: tuple[_Block, QPointF, float, QImage, QPointF] | None = None
        self._cached: tuple[tuple[tuple[str, ...], bool, float, int], _Block] | None = None

    @property
    def style(self) -> SubtitleStyle:
        """How it looks."""
        return self._style

    @property
    def height(self) -> float:
        """Of a surface that shows all lines of the style, logical pixels."""
        return self._style.num_lines * self._line_height + 2 * self._padding[1]

    def fits(self, text: str, area: QRectF) -> bool:
        """True where all of `text` can be shown in `area` at once."""
        layout = self._laid_out(text, area.width() - 2 * self._padding[0])
        return layout.lineCount() <= self._num_lines(area)

    def box(self, view: SubtitleView, area: QRectF) -> QRectF:
        """What `paint` would cover; empty where there is no text."""
        if view.is_empty:
            return QRectF()
        across, above = self._padding
        block = self._block(view, area)
        box = block.box.translated(self._origin(block, area))
        return box.adjusted(-across, -above, across, above)

    def paint(
        self, painter: QPainter, area: QRectF, view: SubtitleView, *, solid: bool = False
    ) -> None:
        """Draw `view` at the bottom of `area`.

        Args:
            painter: Active on the surface.
            area: Where there is room.
            view: What is to be seen.
            solid: Nothing may be seen through: the surface cannot show it.
        """
        if view.is_empty:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if solid else view.opacity)
        self._paint_box(painter, self.box(view, area), solid=solid)
        block = self._block(view, area)
        ratio = painter.device().devicePixelRatioF()
        image, corner = self._ink(block, self._origin(block, area), ratio)
        painter.drawImage(corner, image)
        painter.restore()

    def _paint_box(self, painter: QPainter, box: QRectF, *, solid: bool) -> None:
        colour = QColor(self._style.background_colour)
        if not self._style.background_opacity:
            return
        colour.setAlphaF(1.0 if solid else self._style.background_opacity)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, self._rounding, self._rounding)

    def _ink(self, block: _Block, origin: QPointF, ratio: float) -> tuple[QImage, QPointF]:
        """The letters with their outline, and the whole device pixel where that belongs.

        They are drawn once for each text; while it fades, only their opacity changes.
        """
        if self._drawn is None or self._drawn[:3] != (block, origin, ratio):
            self._drawn = (block, origin, ratio, *self._draw_ink(block, origin, ratio))
        return self._drawn[3:]

    def _draw_ink(self, block: _Block, origin: QPointF, ratio: float) -> tuple[QImage, QPointF]:
        across, above = self._padding
        box = block.box.translated(origin).adjusted(-across, -2 * above, across, 2 * above)
        left, top = math.floor(box.left() * ratio), math.floor(box.top() * ratio)
        width, height = math.ceil(box.width() * ratio) + 1, math.ceil(box.height() * ratio) + 1
        letters = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        letters.fill(Qt.GlobalColor.transparent)
        letters.setDevicePixelRatio(ratio)
        corner = QPointF(left / ratio, top / ratio)
        painter = QPainter(letters)
        painter.setPen(QColor(self._style.colour))
        for line, place in block.lines:
            line.draw(painter, origin + place - corner)
        painter.end()
        if self._outline:
            line_px = round(self._outline * ratio)
            letters = outlined(letters, QColor(self._style.outline_colour), line_px)
        return letters, corner

    def _num_lines(self, area: QRectF) -> int:
        """How many lines `area` has room for, at least one."""
        room = area.height() - 2 * self._padding[1]
        return max(1, min(self._style.num_lines, int(room / self._line_height + 0.01)))

    def _origin(self, block: _Block, area: QRectF) -> QPointF:
        """Moves the block, which begins at 0, to the bottom of `area`."""
        across, below = self._padding
        return QPointF(area.left() + across, area.bottom() - below - block.box.height())

    def _block(self, view: SubtitleView, area: QRectF) -> _Block:
        key = (view.paragraphs, view.is_settled, area.width(), self._num_lines(area))
        if self._cached is None or self._cached[0] != key:
            self._cached = (key, self._make_block(view, area))
        return self._cached[1]

    def _make_block(self, view: SubtitleView, area: QRectF) -> _Block:
        width = area.width() - 2 * self._padding[0]
        taken = self._balanced(view.text, width) if view.is_settled else width
        left = (width - taken) * _ROOM_ON_THE_LEFT[self._style.alignment]
        layouts = tuple(self._laid_out(text, taken) for text in view.paragraphs)
        lines = [layout.lineAt(i) for layout in layouts for i in range(layout.lineCount())]
        places: list[tuple[QTextLine, QPointF]] = []
        box, top = QRectF(), 0.0
        for line in lines[-self._num_lines(area) :]:
            height = max(line.height(), self._line_height)
            place = QPointF(left, top - line.y())
            natural = line.naturalTextRect().translated(place)
            box = box.united(QRectF(natural.left(), top, natural.width(), height))
            places.append((line, place))
            top += height
        return _Block(layouts, tuple(places), box)

    def _balanced(self, text: str, width: float) -> float:
        """About the least width at which `text` needs no more lines: they are equally long then."""
        most = self._laid_out(text, width).lineCount()
        least, enough = width / most, width
        for _ in range(_BALANCING_STEPS if most > 1 else 0):
            middle = (least + enough) / 2
            layout = self._laid_out(text, middle, QTextOption.WrapMode.WordWrap)
            lines = [layout.lineAt(i) for i in range(layout.lineCount())]
            if len(lines) <= most and all(line.naturalTextWidth() <= middle for line in lines):
                enough = middle
            else:
                least = middle
        return enough

    def _laid_out(self, text: str, width: float, wrap: QTextOption.WrapMode = _WRAP) -> QTextLayout:
        option = QTextOption(_ALIGNMENTS[self._style.alignment])
        option.setWrapMode(wrap)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        layout = QTextLayout(text, self.font)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        top = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout
