"""The four attention schemes: what happens to a context when a round begins.

Source: StreamingVLM (arXiv:2510.09608), the comparison of (a) full attention, (b) a window that
is thrown away and begun again, (c) a window recomputed every round, (d) the method itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.cache import policy, reference
from engine.cache.policy import Windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cache.layout import Kept, Layout
    from engine.cache.reference import Patterns
    from engine.config import StreamingConfig


@dataclass(frozen=True, slots=True)
class Turnover:
    """What to do with a context before a round is appended.

    Attributes:
        kept: What to keep, in its new order; None for everything as it is.
        recomputes: Forget the keys and values of what is kept.
    """

    kept: Sequence[Kept] | None = None
    recomputes: bool = False


class Scheme(Protocol):
    """Decides what a context keeps."""

    def turnover(self, layout: Layout, round_index: int) -> Turnover:
        """What happens before round `round_index`, which is not the stream's first."""
        ...


class Evictor(Protocol):
    """Plans which tokens stay."""

    def __call__(self, layout: Layout, round_index: int) -> list[Kept]: ...


@dataclass(frozen=True, slots=True)
class WindowEvictor:
    """The method's own rules."""

    windows: Windows

    def __call__(self, layout: Layout, round_index: int) -> list[Kept]:
        return policy.plan(layout.ranges(), self.windows, round_index)


@dataclass(frozen=True, slots=True)
class ReferenceEvictor:
    """The reference implementation's rules."""

    windows: Windows
    patterns: Patterns

    def __call__(self, layout: Layout, round_index: int) -> list[Kept]:
        return reference.plan(layout.ids, self.patterns, self.windows, round_index)


@dataclass(frozen=True, slots=True)
class Streaming:
    """(d): old tokens leave, the states of all others are reused."""

    evict: Evictor

    def turnover(self, layout: Layout, round_index: int) -> Turnover:
        return Turnover(kept=self.evict(layout, round_index))


@dataclass(frozen=True, slots=True)
class Full:
    """(a): nothing ever leaves; time and memory grow with the stream."""

    def turnover(self, layout: Layout, round_index: int) -> Turnover:  # noqa: ARG002
        return Turnover()


@dataclass(frozen=True, slots=True)
class Window:
    """(b): as full attention, but all states are thrown away every so many rounds.

    A new window begins with the system prompt and the previous text, to which all that was said has
    moved: its sink, which holds the introduction, and the newest of the rest. No picture is left.
    """

    windows: Windows
    reset_rounds: int

    def turnover(self, layout: Layout, round_index: int) -> Turnover:
        if round_index % self.reset_rounds:
            return Turnover()
        all_left = round_index + self.windows.speaking_rounds
        return Turnover(policy.plan(layout.ranges(), self.windows, all_left), recomputes=True)


@dataclass(frozen=True, slots=True)
class WindowOverlap:
    """(c): the same tokens as the method keeps, their states computed again every round."""

    evict: Evictor

    def turnover(self, layout: Layout, round_index: int) -> Turnover:
        return Turnover(kept=self.evict(layout, round_index), recomputes=True)


def windows_of(config: StreamingConfig) -> Windows:
    """The windows that a stream was asked for."""
    return Windows(
        vision_rounds=config.vision_window_rounds,
        text_rounds=config.text_window_rounds,
        sink_tokens=config.sink_tokens,
        previous_text_tokens=config.previous_text_tokens,
    )


def scheme_of(config: StreamingConfig, patterns: Patterns) -> Scheme:
    """The scheme that a stream was asked for."""
    windows = windows_of(config)
    evict = (
        ReferenceEvictor(windows, patterns) if config.reference_quirks else WindowEvictor(windows)
    )
    match config.scheme:
        case "streaming":
            return Streaming(evict)
        case "full":
            return Full()
        case "window":
            return Window(windows, config.window_reset_rounds)
        case "window_overlap":
            return WindowOverlap(evict)
