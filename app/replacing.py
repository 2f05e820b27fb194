"""Files that are replaced as a whole: a reader finds the old one or the new one, never half."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_ATTEMPTS = 5
_PAUSE_S = 0.02


@contextmanager
def replacing(path: Path, new: Path, *, pause_s: float = _PAUSE_S) -> Generator[None]:
    """While `new` is written; it then becomes `path`, or goes where that fails.

    Args:
        path: What is replaced; it need not exist.
        new: A file in the same folder, which the caller writes and closes.
        pause_s: See `take_place`.

    Raises:
        OSError: As the caller, or `take_place`.
    """
    try:
        yield
        take_place(new, path, pause_s=pause_s)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def take_place(new: Path, path: Path, *, pause_s: float = _PAUSE_S) -> None:
    """Give `new` the name `path`, tried again for a moment where that is denied.

    On Windows it is as long as another program has either file open: a reader, or a scanner for
    viruses, which opens every new file.

    Raises:
        OSError: It cannot be done.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            new.replace(path)
        except PermissionError:
            time.sleep(pause_s)
        else:
            return
    new.replace(path)
