"""Cameras: what the system lists, and what is said of one that is not there."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app.capture.opencv import cv2
from app.capture.webcam import WebcamSource, list_webcams
from app.errors import SourceError
from tests.app.capture.videos import number_of, numbered_image

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.web import WebServer


def test_a_camera_that_is_not_there_is_explained() -> None:
    with pytest.raises(SourceError, match=r"webcam 63 cannot be opened; .*kibitz devices"):
        WebcamSource(63)


def test_a_camera_that_is_unplugged_is_explained(web_server: WebServer) -> None:
    """Served over loopback: OpenCV sees the same, pictures and then none."""
    encoded, jpeg = cv2.imencode(".jpg", numbered_image(42))
    assert encoded
    url = web_server.serve_mjpeg("/camera", [jpeg.tobytes()] * 40, fps=100)
    with closing(WebcamSource(0, open_device=lambda _: cv2.VideoCapture(url))) as camera:
        assert number_of(camera.read(0.0).image) == 42
        with pytest.raises(SourceError, match="webcam 0 stopped sending pictures; was it unplug"):
            list(iter(lambda: camera.read(0.0), None))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps this list")
def test_cameras_are_listed_by_number_and_name(tmp_path: Path) -> None:
    for node, index, name in (
        ("video10", "0", "Desk"),
        ("video2", "0", "Lid"),
        ("video3", "1", ""),
    ):
        (tmp_path / node).mkdir()
        (tmp_path / node / "index").write_text(f"{index}\n")
        (tmp_path / node / "name").write_text(f"{name}\n")
    found = list_webcams(tmp_path)
    assert [(camera.index, camera.name) for camera in found] == [(2, "Lid"), (10, "Desk")]
    assert list_webcams(tmp_path / "missing") == ()


def test_opencv_leaves_no_trace_for_child_processes() -> None:
    code = (
        "import os, app.capture.opencv\n"
        "print([name for name in os.environ if name.startswith('QT_QPA_P') or 'FONTDIR' in name])"
    )
    environment = {"PATH": "/usr/bin:/bin"}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    assert printed.stdout.strip() == "[]"
    assert printed.stderr == ""
