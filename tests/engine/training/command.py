"""`kibitz train` as a program of its own, to be killed and to be started by torchrun."""

from __future__ import annotations

import argparse
import sys

from engine.training import cli

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    sys.exit(cli.run(parser.parse_args()))
