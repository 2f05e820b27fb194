"""Where the program keeps what belongs to the user."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_data_path

APP_NAME = "kibitz"


def journal_folder() -> Path:
    """The folder of the journals, in the user's data folder; it may not exist yet."""
    return Path(user_data_path(APP_NAME, appauthor=False)) / "transcripts"


def settings_file() -> Path:
    """The file of the settings, in the user's configuration folder; it may not exist yet."""
    return Path(user_config_path(APP_NAME, appauthor=False)) / "settings.json"
