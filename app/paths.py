"""Where the program keeps what belongs to the user."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path

APP_NAME = "kibitz"


def journal_folder() -> Path:
    """The folder of the journals, in the user's data folder; it may not exist yet."""
    return Path(user_data_path(APP_NAME, appauthor=False)) / "transcripts"


def settings_file() -> Path:
    """The file of the settings, in the user's configuration folder; it may not exist yet."""
    return Path(user_config_path(APP_NAME, appauthor=False)) / "settings.json"


def models_folder() -> Path:
    """The folder of downloaded models, in the user's data folder; it may not exist yet."""
    return Path(user_data_path(APP_NAME, appauthor=False)) / "models"


def measurements_file() -> Path:
    """What models were measured at on this machine, in the user's cache; it may not exist yet."""
    return Path(user_cache_path(APP_NAME, appauthor=False)) / "measurements.json"


def limits_file() -> Path:
    """What this machine can do at most, in the user's cache; it may not exist yet."""
    return Path(user_cache_path(APP_NAME, appauthor=False)) / "limits.json"


def history_file() -> Path:
    """What is known of the journals, in the user's cache; it may not exist yet."""
    return Path(user_cache_path(APP_NAME, appauthor=False)) / "history.sqlite3"
