"""Stands in for `ui.sharing`: `python -m … SOCKET MANNER` behaves as MANNER names."""

from __future__ import annotations

import sys
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from app.capture.shared import SharedPicture, SharingEnded

if TYPE_CHECKING:
    from typing import Any

REASON = "No screen was shared."


def main(connection: Connection[Any, Any], manner: str) -> None:
    """Answer until the other end is gone."""
    number = 0
    while True:
        try:
            connection.recv()
        except EOFError:
            return
        if manner == "dies":
            return
        if manner == "hangs":
            time.sleep(60)
        ends = manner == "refuses" or (manner == "ends" and number == 2)
        picture = np.full((4, 6, 3), number, np.uint8)
        connection.send(SharingEnded(REASON) if ends else SharedPicture(picture))
        number += 1


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])), sys.argv[2])
