"""Living beside a torchvision that does not fit.

Nothing here needs torchvision, but transformers imports it wherever it is installed. One that was
built for another torch, as pip installs it beside a CPU build, fails at that: its compiled part
does not load, and then its Python part cannot describe operators that nobody declared.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from functools import cache
from typing import Any

import torch

logger = logging.getLogger(__name__)

# Declared in torchvision's compiled part; its Python part refuses to load without them.
_OPERATORS = ("nms", "qnms")


@cache
def make_torchvision_importable() -> torch.library.Library | None:
    """Declare the operators that an unfitting torchvision lacks; call before using transformers.

    They can still not be called: torch says so then. Gives what holds the declarations, None where
    nothing had to be done. They last as long as it does, so it is kept until the program ends.
    """
    if importlib.util.find_spec("torchvision") is None:
        return None
    try:
        importlib.import_module("torchvision")
    except (ImportError, OSError, RuntimeError) as error:
        logger.info("torchvision does not fit this torch: %s", error)
        return _declare_operators()
    return None


def _declare_operators() -> torch.library.Library:
    library: Any = torch.library.Library("torchvision", "FRAGMENT")  # partly untyped
    for name in _OPERATORS:
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library
