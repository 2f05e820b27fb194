"""`python -m ui.sharing SOCKET`, see `ui.sharing`."""

from __future__ import annotations

import sys

from ui.sharing.program import main

main(int(sys.argv[1]))
