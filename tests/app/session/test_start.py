"""What a session writes down before it runs."""

from __future__ import annotations

from app.capture.specs import UrlSpec
from app.session.request import SessionRequest
from app.session.start import header_of


def test_a_transcript_names_no_password() -> None:
    request = SessionRequest(UrlSpec("rtsp://me:secret@camera/1"))
    assert header_of(request).source == "rtsp://camera/1"
