"""What the engine's commands share: options, what they ask of the machine first, their voice."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import EngineError
from engine.extras import how_to_install

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def say(message: str) -> None:
    """Tell whoever waits at the terminal; the results go to files."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201  (the command's own voice)


def require_plots(instead: str = "") -> None:
    """Make sure that plots can be drawn, before hours of work and not after them.

    Args:
        instead: What one can do without them, for the message.

    Raises:
        EngineError: They cannot.
    """
    if find_spec("matplotlib") is None:
        raise EngineError(
            f"the plots need the package matplotlib: {how_to_install('train')}{instead}"
        )


def add_models(parser: argparse.ArgumentParser, about: str = "") -> None:
    """Add `--model`, which may name several; `about` says what becomes of them."""
    parser.add_argument(
        "--model",
        nargs="+",
        action="extend",
        metavar="M",
        help=f'"bundled" (the default), a folder, or a hub id{about}',
    )


class TakesOptions(Protocol):
    """A parser, or a group of its options."""

    def add_argument(
        self, name: str, /, *, type: type = ..., default: Any = ..., metavar: str = ..., help: str
    ) -> argparse.Action: ...


def add_workers(options: TakesOptions) -> None:
    """Add what says how many processes work on a suite, and with how many threads."""
    options.add_argument(
        "--workers", type=int, default=1, metavar="N", help="one a GPU, by Ray (default: 1)"
    )
    options.add_argument("--ray-address", metavar="A", help='of a cluster, or "auto"')
    options.add_argument(
        "--threads", type=int, help="of torch in each worker (default: its own choice)"
    )


def some_of(known: Sequence[str], noun: str = "") -> Callable[[str], tuple[str, ...]]:
    """What reads an option's value like "a,b" or "all", whose names must be among `known`.

    Args:
        known: The names, in the order of "all".
        noun: What a name stands for, for the message about one that is not known.
    """

    def read(text: str) -> tuple[str, ...]:
        names = tuple(known if text == "all" else text.split(","))
        unknown = [name for name in names if name not in known]
        if unknown:
            named = f"{noun} {', '.join(unknown)}".lstrip()
            raise argparse.ArgumentTypeError(f"there is no {named}; choose from {', '.join(known)}")
        return names

    return read
