"""Moving and resizing a window without a frame, by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt

_Edge = Qt.Edge
_GRIP_PX = 14
_STEP_PX = 10

_KEYS: dict[int, QPoint] = {
    Qt.Key.Key_Left: QPoint(-_STEP_PX, 0),
    Qt.Key.Key_Right: QPoint(_STEP_PX, 0),
    Qt.Key.Key_Up: QPoint(0, -_STEP_PX),
    Qt.Key.Key_Down: QPoint(0, _STEP_PX),
}
_CURSORS = {
    _Edge.LeftEdge | _Edge.TopEdge: Qt.CursorShape.SizeFDiagCursor,
    _Edge.RightEdge | _Edge.BottomEdge: Qt.CursorShape.SizeFDiagCursor,
    _Edge.RightEdge | _Edge.TopEdge: Qt.CursorShape.SizeBDiagCursor,
    _Edge.LeftEdge | _Edge.BottomEdge: Qt.CursorShape.SizeBDiagCursor,
    _Edge.LeftEdge: Qt.CursorShape.SizeHorCursor,
    _Edge.RightEdge: Qt.CursorShape.SizeHorCursor,
    _Edge.TopEdge: Qt.CursorShape.SizeVerCursor,
    _Edge.BottomEdge: Qt.CursorShape.SizeVerCursor,
}


def edges_at(point: QPoint, area: QRect) -> Qt.Edge:
    """The edges of `area` that a press at `point` would pull; none in the middle."""
    edges = Qt.Edge(0)
    if point.x() < area.left() + _GRIP_PX:
        edges |= _Edge.LeftEdge
    elif point.x() > area.right() - _GRIP_PX:
        edges |= _Edge.RightEdge
    if point.y() < area.top() + _GRIP_PX:
        edges |= _Edge.TopEdge
    elif point.y() > area.bottom() - _GRIP_PX:
        edges |= _Edge.BottomEdge
    return edges


def cursor_for(edges: Qt.Edge) -> Qt.CursorShape:
    """What the pointer looks like over these edges."""
    return _CURSORS.get(edges, Qt.CursorShape.SizeAllCursor)


def pulled(rect: QRect, edges: Qt.Edge, by: QPoint, smallest: QSize) -> QRect:
    """`rect` with its `edges` pulled, or moved as a whole where there are none."""
    if not edges:
        return rect.translated(by)
    left, top, right, bottom = rect.left(), rect.top(), rect.right(), rect.bottom()
    if _Edge.LeftEdge in edges:
        left = min(left + by.x(), right - smallest.width() + 1)
    if _Edge.RightEdge in edges:
        right = max(right + by.x(), left + smallest.width() - 1)
    if _Edge.TopEdge in edges:
        top = min(top + by.y(), bottom - smallest.height() + 1)
    if _Edge.BottomEdge in edges:
        bottom = max(bottom + by.y(), top + smallest.height() - 1)
    return QRect(QPoint(left, top), QPoint(right, bottom))


def step_of(key: int) -> QPoint | None:
    """How far an arrow key moves; None for other keys."""
    return _KEYS.get(key)
