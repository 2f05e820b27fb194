"""What the desktop's portal answers to Qt, heard beside Qt, which does not tell it."""

from __future__ import annotations

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

_SERVICE, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_SCREEN_CAST = "org.freedesktop.portal.ScreenCast"
_MONITORS = 1  # in AvailableSourceTypes; all that Qt asks for
_NUM_ANSWERS = 3  # to CreateSession, SelectSources and Start, of which the last asks the person
_SUCCEEDED, _CANCELLED = 0, 1


class PortalWatch(QObject):
    """Hears the portal on the bus connection that Qt Multimedia uses.

    Qt 6.11 stays silent, and its capture active, when the person refuses or ends the sharing.

    Signals:
        granted: The person shared a screen.
        refused: The person did not.
        failed: The portal could not do it.
        ended: What was shared is not any more.
    """

    granted = Signal()
    refused = Signal()
    failed = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = QDBusConnection.sessionBus()
        self._num_answers = 0
        for interface, name, slot in (
            ("org.freedesktop.portal.Request", "Response", "hear_response(QDBusMessage)"),
            ("org.freedesktop.portal.Session", "Closed", "hear_closed(QDBusMessage)"),
        ):
            # PySide 6.11 refuses the bytes that its own stubs want.
            called = SLOT(slot)
            self._bus.connect(_SERVICE, "", interface, name, self, called)  # pyright: ignore[reportArgumentType]

    def offers_screens(self) -> bool:
        """Whether there is a portal that can share one; may start its services."""
        portal = QDBusInterface(_SERVICE, _PATH, _SCREEN_CAST, self._bus)
        kinds = portal.property("AvailableSourceTypes")  # None: no such portal, or no bus
        return isinstance(kinds, int) and bool(kinds & _MONITORS)

    @Slot(QDBusMessage)
    def hear_response(self, message: QDBusMessage) -> None:
        """Count the answers of the portal until the person's own."""
        code = message.arguments()[0]
        if code == _CANCELLED:
            self.refused.emit()
        elif code != _SUCCEEDED:
            self.failed.emit()
        else:
            self._num_answers += 1
            if self._num_answers == _NUM_ANSWERS:
                self.granted.emit()

    @Slot(QDBusMessage)
    def hear_closed(self, _message: QDBusMessage) -> None:
        """The portal ended the session: the person wanted it, or it follows a refusal."""
        self.ended.emit()
