"""`kibitz run --speak`: the commentary aloud, in the terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from app.paths import settings_file
from app.session.messages import LineSpoken
from app.settings.store import SettingsStore
from app.speech.events import SpeechTrouble
from app.speech.hosting import HostedSpeaker
from app.speech.settings import SpeechSettings

if TYPE_CHECKING:
    import argparse

    from app.session.messages import Message
    from app.speech.events import SpeechEvent

_LAST_LINES_S = 15.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of speech."""
    group = parser.add_argument_group(
        "speech", "What is not given here is as in the window's preferences."
    )
    group.add_argument("--speak", action="store_true", help="speak the commentary aloud")
    group.add_argument("--voice", metavar="ID", help="one of those that `kibitz devices` lists")
    group.add_argument(
        "--sound-output", metavar="NAME", help="one of those that `kibitz devices` lists"
    )
    group.add_argument("--rate", type=int, metavar="N", help="words a minute")


def speech_settings(args: argparse.Namespace, log: TextIO) -> SpeechSettings:
    """The settings that are kept, with what the command line says instead.

    Without `--speak` nothing that is kept is looked at. What is wrong with it is written to `log`.

    Raises:
        SettingsError: The rate is out of its range.
    """
    given = {"voice": args.voice, "device": args.sound_output, "rate_wpm": args.rate}
    kept = _kept_settings(log) if args.speak else SpeechSettings()
    chosen = {name: value for name, value in given.items() if value is not None}
    return replace(kept, enabled=args.speak, **chosen)


def _kept_settings(log: TextIO) -> SpeechSettings:
    store = SettingsStore(settings_file())
    kept = store.get(SpeechSettings)
    store.report_to(lambda sentence: log.writelines((sentence, "\n")))
    return kept


class Aloud:
    """Speaks the lines of a session; what goes wrong is written to `log`, once."""

    def __init__(self, settings: SpeechSettings, log: TextIO) -> None:
        self._log = log
        self._speaker = HostedSpeaker(settings, self._note)

    def hear(self, message: Message) -> None:
        """Speak it if it is a line."""
        if isinstance(message, LineSpoken):
            self._speaker.say(message.line)

    def hush(self) -> None:
        """Be silent now."""
        self._speaker.hush()

    def finish(self) -> None:
        """Wait until the last lines are spoken."""
        self._speaker.finish(_LAST_LINES_S)

    def close(self) -> None:
        """Be silent and end."""
        self._speaker.close()

    def _note(self, event: SpeechEvent) -> None:
        if isinstance(event, SpeechTrouble):
            self._log.write(f"{event.message}\n")
            self._log.flush()
