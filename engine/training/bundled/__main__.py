"""Train the bundled model: `python -m engine.training.bundled runs/match [STAGE ...]`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import cv2
import torch

from engine.training.bundled.curriculum import STAGES, Apprentice


def main() -> None:
    """Run the named stages, all by default, each from its last checkpoint."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.bundled")
    parser.add_argument("folder", type=Path, help="where checkpoints, logs and the model go")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=", ".join(STAGES))
    parser.add_argument("--threads", type=int, default=2, help="of each stage (default: 2)")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    for stage in args.stages or STAGES:
        Apprentice.new(args.folder).train(stage)


if __name__ == "__main__":
    main()
