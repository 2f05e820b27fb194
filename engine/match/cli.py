"""`kibitz match`: the built-in match as files. Nothing heavy loads until it is used."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.command_line import say

_MINUTE = 60

_EPILOG = """\
`kibitz match play` shows the match in a window; arrow keys take over a player.
`kibitz run match` comments on it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of `kibitz match`."""
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="match_command", required=True, metavar="COMMAND")
    _add_export(commands.add_parser("export", help="write matches as videos with their truth"))


def run(args: argparse.Namespace) -> int:
    """Run the chosen subcommand; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why.
    """
    from engine.match.export import ExportSettings, export_matches

    width, height = args.size
    settings = ExportSettings(
        seconds=round(args.minutes * _MINUTE),
        width=width,
        height=height,
        video_fps=args.fps,
        instruction=args.instruction,
    )
    export_matches(args.seed, settings, args.out, say)
    return 0


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Writes OUT/match-SEED.mp4 for each seed; the events in truth.jsonl; the commentary, "
        "timed word by word, in the format of kibitz data: streams.jsonl for whole matches, "
        "clips.jsonl for training (kibitz train --data OUT/clips.jsonl --video-root OUT)."
    )
    parser.add_argument(
        "--seed", type=int, nargs="+", default=[0], metavar="N", help="which matches (default: 0)"
    )
    parser.add_argument(
        "--minutes", type=float, default=10.0, help="length of each (default: %(default)g)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--size",
        type=_size,
        default=(336, 224),
        metavar="WxH",
        help="of the pictures in pixels (default: 336x224)",
    )
    parser.add_argument(
        "--fps",
        type=int,
        choices=(10, 25),
        default=10,
        help="of the video; 25 is smoother, but cues may begin between two frames (default: 10)",
    )
    parser.add_argument("--instruction", default="", help="request that goes into each sample")


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 336x224") from error
    return width, height
