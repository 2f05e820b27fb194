"""The portal's part of `tests.support.portal`: `python3 portal_program.py MANNER NODE`.

MANNER is what the person does: "shares" or "refuses". SIGUSR1 ends the sharing. Runs with the
system's Python, whose python3-dbus can pass file descriptors.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SCREEN_CAST = "org.freedesktop.portal.ScreenCast"
REQUEST, SESSION = f"{PATH}/request/1", f"{PATH}/session/1"
MONITORS, SUCCEEDED, CANCELLED = 1, 0, 1
# python3-dbus leaves properties out, and Qt asks only for those that it finds here.
INTERFACES = f"""<node><interface name="{SCREEN_CAST}">
<property name="AvailableSourceTypes" type="u" access="read"/>
</interface></node>"""


class Portal(dbus.service.Object):
    """Answers the four calls of a screen cast."""

    def __init__(self, bus: dbus.SessionBus, manner: str, node: int) -> None:
        super().__init__(bus, PATH)
        self._bus = bus
        self._manner = manner
        self._node = node

    @dbus.service.method("org.freedesktop.DBus.Introspectable", "", "s")
    def Introspect(self) -> str:  # noqa: N802
        return INTERFACES

    @dbus.service.method("org.freedesktop.DBus.Properties", "ss", "v")
    def Get(self, _interface: str, name: str) -> dbus.UInt32:  # noqa: N802
        return dbus.UInt32({"version": 4, "AvailableSourceTypes": MONITORS}[name])

    @dbus.service.method(SCREEN_CAST, "a{sv}", "o")
    def CreateSession(self, _options: dict[str, object]) -> str:  # noqa: N802
        self._answer(SUCCEEDED, {"session_handle": SESSION})
        return REQUEST

    @dbus.service.method(SCREEN_CAST, "oa{sv}", "o")
    def SelectSources(self, _session: str, _options: dict[str, object]) -> str:  # noqa: N802
        self._answer(SUCCEEDED, {})
        return REQUEST

    @dbus.service.method(SCREEN_CAST, "osa{sv}", "o")
    def Start(self, _session: str, _window: str, _options: dict[str, object]) -> str:  # noqa: N802
        if self._manner == "refuses":
            self._answer(CANCELLED, {})
            return REQUEST
        size = dbus.Struct((dbus.Int32(320), dbus.Int32(240)), signature="ii")
        stream = (dbus.UInt32(self._node), dbus.Dictionary({"size": size}, signature="sv"))
        self._answer(SUCCEEDED, {"streams": dbus.Array([stream], signature="(ua{sv})")})
        return REQUEST

    @dbus.service.method(SCREEN_CAST, "oa{sv}", "h")
    def OpenPipeWireRemote(  # noqa: N802
        self, _session: str, _options: dict[str, object]
    ) -> dbus.types.UnixFd:
        with socket.socket(socket.AF_UNIX) as pipewire:
            pipewire.connect(str(Path(os.environ["XDG_RUNTIME_DIR"]) / "pipewire-0"))
            return dbus.types.UnixFd(pipewire)

    def _answer(self, code: int, results: dict[str, object]) -> None:
        """Send the answer once the call has returned, as portals do."""
        message = dbus.lowlevel.SignalMessage(REQUEST, "org.freedesktop.portal.Request", "Response")
        message.append(dbus.UInt32(code), results, signature="ua{sv}")
        GLib.idle_add(lambda: self._bus.send_message(message) and False)

    def end(self) -> bool:
        """End the session, as a person does by the desktop's own means."""
        message = dbus.lowlevel.SignalMessage(SESSION, "org.freedesktop.portal.Session", "Closed")
        message.append({}, signature="a{sv}")
        self._bus.send_message(message)
        return GLib.SOURCE_CONTINUE


def main() -> None:
    """Serve until this process is ended."""
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    name = dbus.service.BusName(NAME, bus)
    portal = Portal(bus, sys.argv[1], int(sys.argv[2]))
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, portal.end)
    print("ready", flush=True)  # noqa: T201
    GLib.MainLoop().run()
    del name  # held until here


if __name__ == "__main__":
    main()
