"""How the cells of a transcript are painted and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.icons import icon
from ui.transcript.model import TranscriptModel

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from ui.transcript.thumbnails import Thumbnails

PICTURE_SIZE = QSize(80, 45)
MARGIN_PX = 5
_STAR_PX = 16
_RADIUS_PX = 4.0
_SHADE = QColor(10, 14, 20, 170)
_GOLD = QColor("#f2b01e")
_AnyIndex = QModelIndex | QPersistentModelIndex


class MomentDelegate(QStyledItemDelegate):
    """The column of times: on the key frame where there is one, with the star of a highlight."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _AnyIndex) -> None:
        model = index.model()
        assert isinstance(model, TranscriptModel)
        rect: QRect = option.rect
        picture = self._picture(model, index.row(), painter)
        painter.save()
        if picture is None or picture.isNull():
            super().paint(painter, option, index)
        else:
            self._paint_background(painter, option)
            self._paint_picture(painter, rect, picture, str(index.data()))
        if model.is_highlight(index.row()):
            paint_star(painter, star_rect(rect))
        painter.restore()

    def _picture(self, model: TranscriptModel, row: int, painter: QPainter) -> QPixmap | None:
        path = model.key_frame(row)
        scale = painter.device().devicePixelRatioF()
        return None if path is None else self._thumbnails.get(path, scale)

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        widget: QWidget = option.widget
        widget.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget
        )

    def _paint_picture(self, painter: QPainter, cell: QRect, picture: QPixmap, time: str) -> None:
        frame = QRect(cell.topLeft() + QPoint(MARGIN_PX, MARGIN_PX), PICTURE_SIZE)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(frame), _RADIUS_PX, _RADIUS_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(outline)
        size = picture.deviceIndependentSize()
        placed = QRectF(0, 0, size.width(), size.height())
        placed.moveCenter(QRectF(frame).center())
        painter.drawPixmap(placed.topLeft(), picture)
        label = painter.fontMetrics().boundingRect(time).adjusted(-4, -1, 4, 1)
        label.moveBottomLeft(frame.bottomLeft())
        painter.fillRect(label, _SHADE)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, time)
        painter.setClipping(False)


class WordsDelegate(QStyledItemDelegate):
    """The column of words, edited where they stand: Enter keeps the change, Escape drops it."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: _AnyIndex
    ) -> QWidget:
        del option
        editor = QPlainTextEdit(parent)
        editor.setObjectName("cell")
        editor.setAccessibleName(self.tr("Words of the line at {0}").format(_time_of(index)))
        editor.setTabChangesFocus(True)
        editor.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return editor

    def setEditorData(self, editor: QWidget, index: _AnyIndex) -> None:
        assert isinstance(editor, QPlainTextEdit)
        editor.setPlainText(str(index.data(Qt.ItemDataRole.EditRole)))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _AnyIndex) -> None:
        assert isinstance(editor, QPlainTextEdit)
        model.setData(index, editor.toPlainText())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_enter = isinstance(event, QKeyEvent) and event.key() in {
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        }
        if is_enter and isinstance(watched, QWidget):
            if event.type() == QEvent.Type.KeyPress:
                self.commitData.emit(watched)
                self.closeEditor.emit(watched)
            return True
        return super().eventFilter(watched, event)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _AnyIndex
    ) -> None:
        del index
        rect: QRect = option.rect
        least = editor.fontMetrics().lineSpacing() * 2 + 14
        rect.setHeight(max(rect.height(), least))
        editor.setGeometry(rect)


def star_rect(cell: QRect) -> QRect:
    """Where the star of a highlight stands in the cell of its time."""
    return QRect(cell.right() - _STAR_PX - 2, cell.top() + 3, _STAR_PX, _STAR_PX)


def paint_star(painter: QPainter, rect: QRect) -> None:
    """A golden star that can be seen on any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_SHADE)
    painter.drawEllipse(rect)
    star = icon("star-full", QPalette.ColorRole.WindowText).pixmap(rect.size() * 2)
    painter.drawPixmap(rect.adjusted(2, 2, -2, -2), tinted(star, _GOLD))


def tinted(picture: QPixmap, colour: QColor) -> QPixmap:
    """`picture`'s shape in one colour."""
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(picture.rect(), colour)
    painter.end()
    return picture


def _time_of(index: _AnyIndex) -> str:
    return str(index.model().index(index.row(), 0).data())
