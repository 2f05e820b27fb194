"""`kibitz compare`: a person judges two commentaries on a video, without knowing which is which."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import say

if TYPE_CHECKING:
    from engine.evaluation.compare.blind import Choice, Stretch
    from engine.evaluation.compare.comparison import Comparison
    from engine.evaluation.statistics import WinRate

_DESCRIPTION = """\
Plays the video stretch by stretch with what two commentaries say, in an order that is drawn anew
each time, and asks which is better. Where there is no display, or with --terminal, it shows the two
texts instead: watch the stretch in any player, its times are told. Votes are kept in the file given
with --votes; the same command goes on where it was stopped. At the end, or when you leave, it tells
how often A was preferred, with the 95 % interval (a bootstrap over stretches).

A line of A.jsonl and B.jsonl: {"video": "game.mp4", "content": [[start, end, "text"], ...]}, as
`kibitz evaluate inf-streams` writes them.
"""

KEYS: dict[str, Choice] = {"1": "first", "2": "second", "=": "tie"}
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
    parser.add_argument("--terminal", action="store_true", help="ask here, without a window")


def run(args: argparse.Namespace) -> int:
    """Ask on the terminal about each stretch that has no vote yet; return the exit status.

    Raises:
        EngineError: A file cannot be used.
    """
    with comparison_of(args) as comparison:
        left = comparison.left()
        for number, stretch in enumerate(left, start=1):
            choice = _ask(stretch, f"{number} of {len(left)}")
            if choice is None:
                break
            comparison.cast(stretch, choice)
        say(describe(comparison.result()))
    return 0


def comparison_of(args: argparse.Namespace) -> Comparison:
    """The comparison that parsed arguments ask for.

    Raises:
        EngineError: A file cannot be used.
    """
    from engine.evaluation.compare.comparison import Comparison, ComparisonSettings

    settings = ComparisonSettings(
        args.a, args.b, args.video, args.votes, seconds=args.seconds, seed=args.seed
    )
    comparison = Comparison(settings)
    left, total = len(comparison.left()), len(comparison.stretches)
    say(f"{left} of {total} stretches to judge; votes go to {settings.votes}")
    return comparison


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
        if reply in KEYS:
            return KEYS[reply]
        if reply == "q":
            return None


def describe(rate: WinRate) -> str:
    """The result in a sentence."""
    counted = rate.tally
    if counted.win_rate is None:
        return f"nothing is decided yet; ties: {counted.ties}"
    interval = ""
    if rate.interval is not None:
        low, high = (100 * end for end in rate.interval)
        interval = f" (95 % interval {low:.1f} to {high:.1f})"
    return (
        f"A was preferred in {100 * counted.win_rate:.1f} % of {counted.decided} decided "
        f"stretches{interval}; ties: {counted.ties}"
    )


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"
