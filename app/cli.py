"""The command line: which command, with which arguments. Each command loads when it is chosen."""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import io
import logging
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import AppError
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

EXIT_OK, EXIT_FAILED, EXIT_INTERRUPTED = 0, 2, 130

# Loaded by name: nothing of `app` may depend on `ui`.
WINDOW, MATCH_WINDOW = "ui.main", "ui.match_window"


@dataclass(frozen=True, slots=True)
class Command:
    """A command whose module offers `add_arguments(parser)` and `run(args) -> int`.

    Attributes:
        window: A module with another `run(args)`, taken where there is a display, unless the
            argument `terminal` is set.
    """

    name: str
    module: str
    summary: str
    window: str | None = None


COMMANDS = (
    Command("run", "app.commands.run", "comment on a source in the terminal"),
    Command("devices", "app.commands.devices", "list screens, webcams, sound outputs and voices"),
    Command("models", "app.commands.models", "list models and which are here"),
    Command("train", "engine.training.cli", "fine-tune a model"),
    Command("data", "engine.data.cli", "prepare training data"),
    Command("evaluate", "engine.evaluation.cli", "measure models"),
    Command(
        "compare",
        "engine.evaluation.compare.cli",
        "judge two commentaries blindly",
        window="ui.compare.program",
    ),
    Command("match", "engine.match.cli", "make, show or play the built-in match"),
    Command("bench", "app.commands.bench", "measure speed and memory"),
)

EPILOG = """\
Without a command the window opens; `kibitz window SOURCE` opens it on a source.
Ctrl-C ends `kibitz run` cleanly: the transcript is saved and the exit code is 0. The exit code is 2
where something could not be done; the last sentence on standard error says what.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _print_any_character()
    if sys.platform == "win32":
        os.system("")  # noqa: S605, S607  (makes an old console obey what redraws a line)
    try:
        if not arguments or arguments[0] == "window":
            return _open_window(WINDOW, arguments[1:])
        if arguments[:2] == ["match", "play"]:
            return _open_window(MATCH_WINDOW, arguments[2:])
        return _run_command(arguments)
    except (AppError, EngineError) as error:
        print(f"kibitz: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _run_command(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="kibitz",
        description="Watches a screen, a webcam or a video and comments on it live.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    subparsers.add_parser("window", help="open the window (the default)", add_help=False)
    for command in COMMANDS:
        if not _exists(command.module):
            continue
        subparser = subparsers.add_parser(
            command.name, help=command.summary, description=f"{command.summary.capitalize()}."
        )
        if command.name == arguments[0]:
            module = importlib.import_module(command.module)
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run, window=command.window)
    args = parser.parse_args(arguments)
    if args.window and not args.terminal and _has_display(sys.platform, os.environ):
        return importlib.import_module(args.window).run(args)
    return args.run(args)


def _open_window(module: str, arguments: Sequence[str]) -> int:
    if not _has_display(sys.platform, os.environ):
        print(
            "kibitz: There is no display to open a window on; `kibitz run SOURCE` comments in the "
            "terminal, `kibitz --help` tells more.",
            file=sys.stderr,
        )
        return EXIT_FAILED
    return _load_at_once(module).main(arguments)


def _load_at_once(module: str) -> ModuleType:
    """Import without looking for garbage: nothing is any, and looking costs a tenth of the time."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()  # all of it stays, so it is not looked through later either
        gc.enable()


def _exists(module: str) -> bool:
    """Whether a module is installed; it is not loaded for this."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Windows and macOS always have one; elsewhere Qt would end the process without a word."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform in {"win32", "darwin"} or any(environment.get(name) for name in names)


def _print_any_character() -> None:
    """Commentary may hold characters that a terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
