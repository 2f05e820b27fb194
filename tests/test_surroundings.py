"""The servers that other tests stand on: if one of these fails, look here first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import urlopen

import cv2
import mss
import numpy as np

if TYPE_CHECKING:
    from tests.support.desktop import XServer
    from tests.support.sound import SoundServer
    from tests.support.web import WebServer


def test_the_x_server_has_the_promised_screen(x_server: XServer) -> None:
    with mss.MSS() as grabber:
        shot = grabber.grab(grabber.monitors[0])
    assert (shot.width, shot.height) == (1280, 800)
    assert x_server.display.startswith(":")


def test_the_desktop_has_a_window_manager(desktop: XServer) -> None:
    assert "_NET_WM_STATE_ABOVE" in desktop.run("xprop", "-root", "_NET_SUPPORTED")


def test_what_is_played_is_heard(sound_server: SoundServer) -> None:
    import sounddevice

    tone = 0.5 * np.sin(np.arange(22050) * 2 * np.pi * 440 / 22050)
    with sound_server.record() as recording:
        sounddevice.play(tone.astype(np.float32), samplerate=22050, blocking=True)
    assert 0.3 < recording.loudness < 0.4  # 0.5 / sqrt(2)


def test_the_web_server_gives_bytes_and_a_camera(web_server: WebServer) -> None:
    page = web_server.serve_bytes("/page", b"hello", "text/plain")
    with urlopen(page, timeout=5) as answer:  # noqa: S310  (loopback)
        assert answer.read() == b"hello"
    picture = np.full((48, 64, 3), 200, dtype=np.uint8)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    camera = cv2.VideoCapture(web_server.serve_mjpeg("/camera", [jpeg] * 20, fps=50))
    is_read, frame = camera.read()
    camera.release()
    assert is_read
    assert frame.shape == picture.shape
