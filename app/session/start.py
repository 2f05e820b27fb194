"""What a request and an opened source come to: the parts of a session before it runs."""

from __future__ import annotations

import math
import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.capture.chunks import ChunkBuffer
from app.capture.clock import StreamClock
from app.capture.specs import public_source
from app.capture_thread import CaptureRun
from app.transcripts.records import Header

if TYPE_CHECKING:
    from app.capture.base import SourceInfo
    from app.session.request import SessionRequest


# Linux lets a file have a name that is no text; Python then writes bytes of it as these.
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def sample_interval_s(request: SessionRequest) -> float:
    """Time between two frames for the model."""
    return request.streaming.chunk_s / request.streaming.frames_per_chunk


def plan_capture(request: SessionRequest, info: SourceInfo) -> CaptureRun:
    """How the source is read: live sources, and others if wanted, in real time."""
    is_paced = info.is_live or request.pace == "paced"
    streaming = request.streaming
    return CaptureRun(
        chunks=ChunkBuffer(
            chunk_s=streaming.chunk_s,
            frames_per_chunk=streaming.frames_per_chunk,
            drops_late=is_paced,
        ),
        clock=StreamClock(is_paced=is_paced),
        is_paced=is_paced,
        interval_s=sample_interval_s(request),
        num_samples=_num_samples(request),
        preview_interval_s=1 / request.preview_fps if request.preview_fps else None,
    )


def header_of(request: SessionRequest) -> Header:
    """What the transcript says about the session that starts now."""
    settings = asdict(request.streaming) | asdict(request.effective_sampling)
    settings |= {"instruction": _writable(request.instruction), "pace": request.pace}
    source, model = _writable(public_source(request.source)), _writable(request.model)
    return Header(source, model, time.time(), settings)


def _writable(text: str) -> str:
    """`text` with a replacement character for each that no file of text can hold."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _num_samples(request: SessionRequest) -> int | None:
    """Whole chunks that cover the wanted seconds."""
    if request.seconds is None:
        return None
    num_chunks = math.ceil(request.seconds / request.streaming.chunk_s - 1e-9)
    return num_chunks * request.streaming.frames_per_chunk
