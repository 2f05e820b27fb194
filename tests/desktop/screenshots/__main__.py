"""`python -m tests.desktop.screenshots DIR`: see the package."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests import ROOT
from tests.desktop.screenshots.looks import LOOKS
from tests.support.desktop import x_server_of
from tests.support.processes import running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.desktop.screenshots.looks import Look


def main(argv: Sequence[str] | None = None) -> int:
    """Take all pictures, those of one look in one folder. Gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.desktop.screenshots", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--look", nargs="*", default=[], help=" ".join(look.name for look in LOOKS))
    parser.add_argument("--page", nargs="*", default=[], help="some pages only, by name")
    arguments = parser.parse_args(argv)
    for look in LOOKS:
        if not arguments.look or look.name in arguments.look:
            take(look, arguments.folder / look.name, arguments.page)
    return 0


def take(look: Look, folder: Path, pages: Sequence[str] = ()) -> None:
    """Take the pictures of one look on an X server of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with x_server_of(*look.size_px) as server, tempfile.TemporaryDirectory() as home:
        own = {f"XDG_{kind}_HOME": f"{home}/{kind}" for kind in ("CACHE", "CONFIG", "DATA")}
        environment = server.environment(QT_SCALE_FACTOR=str(look.scale), **own)
        with (
            running(["openbox", "--sm-disable"], environment),
            running(["picom", "--backend", "xrender"], environment),
        ):
            command = [sys.executable, "-m", "tests.desktop.screenshots.studio", str(folder)]
            subprocess.run(
                [*command, look.theme.value, *pages], cwd=ROOT, env=environment, check=True
            )


if __name__ == "__main__":
    sys.exit(main())
