"""`kibitz run`: a session in the terminal."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from app.capture.specs import SOURCE_HELP, parse_source
from app.commands import speaking, steering
from app.commands.printing import Printer
from app.models.precision import Precision
from app.session.messages import SessionFailed
from app.session.request import BUNDLED_MODEL, SessionRequest, default_sampling
from app.session.session import Session
from app.transcripts.formats import TranscriptFormat, parse_formats
from app.transcripts.key_frames import KEY_FRAME_PX
from engine.config import StaticSaver, StreamingConfig

if TYPE_CHECKING:
    import argparse
    from collections.abc import Generator
    from types import FrameType

    from app.session.control import SessionControl
    from engine.config import SamplingConfig

EXIT_OK, EXIT_FAILED = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz run`."""
    parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
    parser.add_argument(
        "--model",
        default=BUNDLED_MODEL,
        help="bundled, a checkpoint's folder, or a hub id (default: %(default)s)",
    )
    parser.add_argument(
        "--precision",
        choices=[precision.value for precision in Precision],
        default=Precision.AUTO.value,
        help="how exactly the model's weights are kept; int8 and int4 need less memory "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--seconds", type=float, metavar="N", help="end after N seconds of the stream"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="put the transcript there; without it a journal is kept in your data folder",
    )
    parser.add_argument(
        "--formats",
        default="",
        metavar="LIST",
        help="exports written at the end beside the journal, of srt,vtt,txt,md,jsonl (the "
        "journal, which is always written, is the jsonl)",
    )
    parser.add_argument(
        "--speed",
        choices=("paced", "max"),
        default="paced",
        help="a file or the match in real time, or as fast as possible with nothing left out; "
        "screen, webcam and URL are always in real time (default: %(default)s)",
    )
    parser.add_argument(
        "--fps",
        type=float,
        default=StreamingConfig().sample_fps,
        metavar="N",
        help="pictures per second for the model (default: %(default)g)",
    )
    parser.add_argument(
        "--static-saver",
        choices=get_args(StaticSaver),
        default="off",
        help="do not look again at two pictures that equal the two before; exact computes them all "
        "the same and ends where anything differs (default: %(default)s)",
    )
    parser.add_argument(
        "--previous-text",
        default="",
        metavar="TEXT",
        help="what the model is told of before (default: what the source brings along)",
    )
    parser.add_argument(
        "--temperature",
        type=float,
        metavar="T",
        help="0 always takes the likeliest word (default: 0 for bundled, else 0.9)",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="makes chance repeatable")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line spoken")
    steering.add_arguments(parser)
    speaking.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Comment until the stream ends or Ctrl-C; gives the exit code.

    Raises:
        AppError: An argument does not fit.
        EngineError: An argument does not fit.
    """
    session = Session(_request(args))
    aloud = speaking.Aloud(speaking.speech_settings(args, sys.stderr), sys.stderr)
    return follow(session, Printer(sys.stdout, sys.stderr, as_json=args.json), aloud)


def follow(session: SessionControl, printer: Printer, aloud: speaking.Aloud) -> int:
    """Run a session to its end, print and speak what it says; gives the exit code."""
    session.start()
    code = EXIT_OK
    with contextlib.closing(aloud):
        with _interrupts_stop(session) as interrupted:
            for message in session.messages():
                if isinstance(message, SessionFailed):
                    code = EXIT_FAILED
                if not printer.show(message):
                    session.stop()
                aloud.hear(message)
                if interrupted.is_set():
                    aloud.hush()
        if not interrupted.is_set():
            aloud.finish()
    return code


@contextlib.contextmanager
def _interrupts_stop(session: SessionControl) -> Generator[threading.Event]:
    """Let the first Ctrl-C (or a polite kill) stop the session, a second one end the program.

    The event is set by the first.
    """
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(_number: int, _frame: FrameType | None) -> None:
        restore()
        interrupted.set()
        session.stop()

    for number in before:
        signal.signal(number, stop)
    try:
        yield interrupted
    finally:
        restore()


def _request(args: argparse.Namespace) -> SessionRequest:
    formats = parse_formats(args.formats)
    request = SessionRequest(
        source=parse_source(args.source),
        model=args.model,
        precision=Precision(args.precision),
        streaming=StreamingConfig(sample_fps=args.fps, static_saver=args.static_saver),
        sampling=_sampling(args),
        previous_text=args.previous_text,
        seconds=args.seconds,
        pace=args.speed,
        output_folder=args.out,
        formats=formats,
        key_frame_px=KEY_FRAME_PX if TranscriptFormat.MARKDOWN in formats else 0,
    )
    return steering.steered(request, args)


def _sampling(args: argparse.Namespace) -> SamplingConfig:
    sampling = default_sampling(args.model, seed=args.seed)
    if args.temperature is None:
        return sampling
    return replace(sampling, temperature=args.temperature)
