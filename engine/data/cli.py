"""`kibitz data`: from raw videos to training samples. Nothing heavy loads until it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import say
from engine.errors import EngineError
from engine.extras import how_to_install

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of `kibitz data`."""
    commands = parser.add_subparsers(dest="data_command", required=True, metavar="COMMAND")
    _add_asr(commands.add_parser("asr", help="turn recognised speech into streams of timed words"))
    _add_clean(commands.add_parser("clean", help="clean transcripts with a language model"))
    _add_clips(commands.add_parser("clips", help="cut streams into overlapped training clips"))
    _add_anneal(commands.add_parser("anneal", help="select dense live commentary for stage two"))
    _add_check(commands.add_parser("check", help="look for faults in sample files"))


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. What a model has answered is kept.
    """
    return _command(args.data_command)(args, say)


def _command(name: str) -> Callable[[argparse.Namespace, Callable[[str], None]], int]:
    """The function behind a subcommand; only those that ask a model need its client library."""
    from engine.data import commands

    match name:
        case "asr":
            return commands.make_streams
        case "clips":
            return commands.cut
        case "check":
            return commands.check
        case _:
            return _model_command(name)


def _model_command(name: str) -> Callable[[argparse.Namespace, Callable[[str], None]], int]:
    try:
        from engine.data import model_commands
    except ModuleNotFoundError as error:
        raise EngineError(
            f"asking a language model needs the package {error.name}: {how_to_install('train')}"
        ) from error
    return model_commands.clean if name == "clean" else model_commands.anneal


def _add_asr(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Reads NAME.json (WhisperX, faster-whisper) for each video NAME, and NAME.txt, if there is "
        "one, as its introduction: what the model is told before the stream begins. "
        "With --whisper-model, transcripts that are missing are made with faster-whisper."
    )
    parser.add_argument("videos", nargs="+", type=Path, metavar="VIDEO")
    parser.add_argument("--out", required=True, type=Path, help="file of streams to write")
    parser.add_argument(
        "--transcripts", type=Path, metavar="DIR", help="where they lie (default: by the video)"
    )
    parser.add_argument("--instruction", default="", help="request that goes into each stream")
    parser.add_argument("--whisper-model", metavar="NAME", help="for instance large-v3-turbo")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--language", help="code such as en (default: recognised)")
    parser.add_argument(
        "--untimed",
        default="interpolate",
        choices=["interpolate", "stop"],
        help="words without times: spread evenly between their neighbours, or an error",
    )
    _add_bad_line(parser)


def _add_clean(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "A language model keeps, edits or deletes each sentence. The costs are shown first. "
        "Replies are kept in OUT.journal.jsonl: after a crash the same command goes on from there."
    )
    _add_files(parser, "file of streams", "file of cleaned streams to write")
    _add_endpoint(parser, required=True)
    parser.add_argument("--piece-s", type=float, default=120.0, help="seconds judged together")
    _add_bad_line(parser)


def _add_clips(parser: argparse.ArgumentParser) -> None:
    _add_files(parser, "file of streams", "file of training clips to write")
    parser.add_argument("--clip-s", type=float, default=24.0, help="length of a clip, W")
    parser.add_argument("--overlap-s", type=float, default=12.0, help="shared by neighbours, O")
    parser.add_argument("--min-words", type=int, help="words a clip needs (default: 2 W)")
    _add_previous_words(parser)
    _add_bad_line(parser)


def _add_anneal(parser: argparse.ArgumentParser) -> None:
    _add_files(parser, "file of streams", "file of annealing samples to write")
    _add_endpoint(parser, required=False)
    parser.add_argument(
        "--no-judge", action="store_true", help="only count: no language model, no live share"
    )
    parser.add_argument("--min-s", type=float, default=16.0, help="shortest sample")
    parser.add_argument("--max-s", type=float, default=64.0, help="longest sample")
    parser.add_argument("--max-silence-s", type=float, default=3.0, help="longest pause in it")
    parser.add_argument("--min-words-per-s", type=float, default=2.0)
    parser.add_argument(
        "--min-live-share", type=float, default=0.8, help="share of live words it must exceed"
    )
    _add_previous_words(parser)
    _add_bad_line(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--video-root", type=Path, metavar="DIR", help="check the videos, too, starting from DIR"
    )


def _add_files(parser: argparse.ArgumentParser, given: str, written: str) -> None:
    parser.add_argument("input", type=Path, metavar="IN", help=given)
    parser.add_argument("--out", required=True, type=Path, help=written)


def _add_previous_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--previous-words",
        type=int,
        default=1024,
        help="words of previous text kept at its head and at its tail; at least as many as the "
        "trainer's sink and window have tokens",
    )


def _add_bad_line(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--on-bad-line",
        default="stop",
        choices=["stop", "skip"],
        help="what is malformed or cannot be read is named with its file, then this is done",
    )


def _add_endpoint(parser: argparse.ArgumentParser, *, required: bool) -> None:
    group = parser.add_argument_group("language model")
    group.add_argument(
        "--endpoint",
        required=required,
        metavar="URL",
        help="OpenAI-compatible base address, such as http://127.0.0.1:8000/v1",
    )
    group.add_argument("--model", required=required, help="name of the model there")
    group.add_argument(
        "--key-variable",
        default="OPENAI_API_KEY",
        metavar="NAME",
        help="environment variable with the key (default: %(default)s)",
    )
    group.add_argument("--price-in", type=float, help="price of a million tokens sent")
    group.add_argument("--price-out", type=float, help="price of a million tokens received")
    group.add_argument("--parallel", type=int, default=4, help="requests under way at once")
    group.add_argument("--timeout-s", type=float, default=120.0, help="per request")
    group.add_argument("--retries", type=int, default=6, help="after 429, 5xx and time-outs")
    group.add_argument("--temperature", type=float, help="default: the endpoint's own")
    group.add_argument("--yes", action="store_true", help="start without asking")
