"""Functions on numbers, compiled for this processor.

Beginning a step takes NumPy and torch longer than the step itself over a few hundred numbers, and
many times as long once a product has driven their code out of the caches. What is compiled here
does many such steps at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    P = ParamSpec("P")
    R = TypeVar("R")


def compiled(signature: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile the function for arguments of these types, as Numba writes them.

    That takes a second or two for a module, when it is loaded for the first time; what came out is
    kept on disk. Sums may be added up in any order; what is not finite stays so.
    """
    decorator: Any = njit(
        signature, cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"}
    )
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", decorator)
