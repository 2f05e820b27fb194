"""What a session writes down before it runs."""

from __future__ import annotations

from pathlib import Path

from app.capture.specs import FileSpec, UrlSpec
from app.session.request import SessionRequest
from app.session.start import header_of
from app.transcripts.records import to_json


def test_a_transcript_names_no_password() -> None:
    request = SessionRequest(UrlSpec("rtsp://me:secret@camera/1"))
    assert header_of(request).source == "rtsp://camera/1"


def test_a_transcript_can_be_written_of_a_file_whose_name_is_no_text() -> None:
    request = SessionRequest(FileSpec(Path("caf\udce9.mp4")), "mod\udce8le", instruction="\udce9")
    header = header_of(request)
    assert (header.source, header.model) == ("caf\ufffd.mp4", "mod\ufffdle")
    assert to_json(header).encode()
