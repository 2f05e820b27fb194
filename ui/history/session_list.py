"""The list of past sessions, each with its name over its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.history.entry import SessionEntry
from ui.history.wording import lines_in_words
from ui.transcript.model import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

_AnyIndex = QModelIndex | QPersistentModelIndex
_PADDING_PX = 10
_FIGURES = Qt.ItemDataRole.UserRole


class SessionListModel(QAbstractListModel):
    """SessionEntries in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[SessionEntry, ...] = ()

    @property
    def entries(self) -> tuple[SessionEntry, ...]:
        """What is listed."""
        return self._entries

    def show_entries(self, entries: Sequence[SessionEntry]) -> None:
        """List these."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.name
            case Qt.ItemDataRole.ToolTipRole:
                return entry.problem or entry.source
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.name}, {self.figures(entry)}"
            case int(role) if role == _FIGURES:
                return self.figures(entry)
            case _:
                return None

    def figures(self, entry: SessionEntry) -> str:
        """When it was, how long, how much was said."""
        if entry.problem:
            return self.tr("Damaged: cannot be read")
        moment = QDateTime.fromSecsSinceEpoch(int(entry.started_at))
        parts = [
            QLocale().toString(moment, QLocale.FormatType.ShortFormat),
            clock(entry.length_s),
            lines_in_words(entry.num_lines),
        ]
        if entry.num_highlights:
            parts.append(f"★ {entry.num_highlights}")
        if entry.ending is None:
            parts.append(self.tr("running"))
        return "  ·  ".join(parts)


class SessionList(QListView):
    """Lets a person choose one of the sessions.

    Signals:
        chosen: Another SessionEntry is the current one.
    """

    chosen = Signal(SessionEntry)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sessions = SessionListModel(self)
        self.setModel(self.sessions)
        self.setItemDelegate(_SessionDelegate(self))
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Past sessions"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def current(self) -> SessionEntry | None:
        """The chosen session."""
        row = self.currentIndex().row()
        return self.sessions.entries[row] if row >= 0 else None

    def show_entries(self, entries: Sequence[SessionEntry]) -> None:
        """List these; the session that was chosen stays chosen, else it is the first."""
        before = self.current
        journals = [entry.journal for entry in entries]
        self.sessions.show_entries(entries)
        if entries:
            is_there = before is not None and before.journal in journals
            row = journals.index(before.journal) if before is not None and is_there else 0
            self.setCurrentIndex(self.sessions.index(row))

    def currentChanged(self, current: _AnyIndex, previous: _AnyIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.chosen.emit(self.sessions.entries[current.row()])


class _SessionDelegate(QStyledItemDelegate):
    """Two lines: the name, and under it, quieter, the figures."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _AnyIndex) -> None:
        widget: QWidget = option.widget
        rect: QRect = option.rect
        painter.save()
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        widget.style().drawPrimitive(panel, option, painter, widget)
        inner = rect.adjusted(_PADDING_PX, 6, -_PADDING_PX, -6)
        name_font = QFont(widget.font())
        name_font.setWeight(QFont.Weight.DemiBold)
        self._write(painter, inner, str(index.data()), name_font, QPalette.ColorRole.Text)
        inner.setTop(inner.top() + QFontMetrics(name_font).lineSpacing() + 2)
        figures = str(index.data(_FIGURES))
        self._write(painter, inner, figures, widget.font(), QPalette.ColorRole.Mid)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _AnyIndex) -> QSize:
        del index
        widget: QWidget = option.widget
        return QSize(200, 2 * widget.fontMetrics().lineSpacing() + 16)

    def _write(
        self, painter: QPainter, rect: QRect, text: str, font: QFont, role: QPalette.ColorRole
    ) -> None:
        painter.setFont(font)
        painter.setPen(QPalette().color(role))
        shortened = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, shortened)
