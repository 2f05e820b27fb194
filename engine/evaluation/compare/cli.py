"""`kibitz compare`: a person judges two commentaries on a video, without knowing which is which."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import say
from engine.errors import ConfigError, DataError

if TYPE_CHECKING:
    from engine.evaluation.compare.blind import Choice, Stretch
    from engine.evaluation.statistics import WinRate

_DESCRIPTION = """\
Shows stretch by stretch what two commentaries say, in an order that is drawn anew each time, and
asks which is better. Watch the stretch in any player: its times are shown. Votes are kept in the
file given with --votes; the same command goes on where it was stopped. At the end, or when you
leave, it tells how often A was preferred, with the 95 % interval (a bootstrap over stretches).

A line of A.jsonl and B.jsonl: {"video": "game.mp4", "content": [[start, end, "text"], ...]}, as
`kibitz evaluate inf-streams` writes them.
"""

_KEYS: dict[str, Choice] = {"1": "first", "2": "second", "=": "tie"}
_MINUTE = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz compare`."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("a", type=Path, metavar="A.jsonl")
    parser.add_argument("b", type=Path, metavar="B.jsonl")
    parser.add_argument("--video", type=Path, required=True, metavar="V")
    parser.add_argument(
        "--votes", type=Path, default=Path("votes.jsonl"), metavar="FILE", help="(%(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="of a stretch (30)")
    parser.add_argument("--seed", type=int, default=0, help="of the orders and the interval")


def run(args: argparse.Namespace) -> int:
    """Ask about each stretch that has no vote yet; return the exit status.

    Raises:
        EngineError: A file cannot be used.
    """
    from engine.evaluation.compare.blind import VoteFile, lines_for, stretches_of

    if not args.seconds > 0:
        raise ConfigError(f"a stretch must last longer than 0 s, not {args.seconds:g}")
    if not args.video.is_file():
        raise DataError(f"there is no video {args.video}")
    a, b = (lines_for(path, args.video) for path in (args.a, args.b))
    stretches = stretches_of(a, b, args.seconds, args.seed)
    with VoteFile(args.votes) as votes:
        left = [stretch for stretch in stretches if stretch not in votes]
        say(f"{len(left)} of {len(stretches)} stretches to judge; votes go to {args.votes}")
        for number, stretch in enumerate(left, start=1):
            choice = _ask(stretch, f"{number} of {len(left)}")
            if choice is None:
                break
            votes.cast(stretch, choice)
        say(describe(votes.result(stretches, args.seed)))
    return 0


def _ask(stretch: Stretch, place: str) -> Choice | None:
    """Show a stretch and ask until the answer is clear; None to leave."""
    print(f"\n{place}: watch {_clock(stretch.start_s)} to {_clock(stretch.end_s)}")
    for number, text in enumerate(stretch.shown, start=1):
        print(f"\n  {number}: {text or '(nothing)'}")
    while True:
        try:
            reply = input("\nWhich is better? 1, 2, = for neither, q to leave: ").strip().lower()
        except EOFError:
            return None
        if reply in _KEYS:
            return _KEYS[reply]
        if reply == "q":
            return None


def describe(rate: WinRate) -> str:
    """The result in a sentence."""
    counted = rate.tally
    if counted.win_rate is None:
        return f"nothing is decided yet ({counted.ties} ties)"
    interval = ""
    if rate.interval is not None:
        low, high = (100 * end for end in rate.interval)
        interval = f" (95 % interval {low:.1f} to {high:.1f})"
    return (
        f"A was preferred in {100 * counted.win_rate:.1f} % of {counted.decided} decided "
        f"stretches{interval}; {counted.ties} ties"
    )


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"
