"""Where a key for an endpoint comes from: the environment, or the system's keyring."""

from __future__ import annotations

import logging
import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

logger = logging.getLogger(__name__)

SERVICE = "kibitz"


def find_key(name: str) -> str | None:
    """The key called `name`; None where there is none. It is never written anywhere.

    The environment variable of that name comes first, then the system's keyring, if the package
    keyring is installed: `keyring set kibitz NAME` puts a key there.
    """
    return os.environ.get(name) or _from_keyring(name)


def _from_keyring(name: str) -> str | None:
    if find_spec("keyring") is None:
        return None
    keyring: Any = import_module("keyring")
    try:
        return keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError as error:  # no keyring runs here, or it stays locked
        logger.info("the system's keyring gave no key %s: %s", name, error)
        return None
