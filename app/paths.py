"""Where the program keeps what belongs to the user, and paths that people type."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_config_path, user_data_path

if TYPE_CHECKING:
    from app.errors import AppError

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


def typed_path(text: str, error: type[AppError]) -> Path:
    """The path that a person typed, `~` and `~user` taken for home folders.

    Raises:
        AppError: As `error`: nobody has this home folder.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as cause:
        raise error(f"{text} is in the home folder of nobody here; check the name.") from cause


def half_typed_path(text: str) -> Path:
    """The same while it is being typed: what is nobody's home folder yet stays as it is."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)
