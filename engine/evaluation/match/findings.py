"""What an evaluation shows, and what it does not, as sentences made from the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.match.comparison import FEWEST_STRETCHES, compare
from engine.evaluation.match.variants import BASE, VARIANTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evaluation.match.comparison import Difference
    from engine.evaluation.match.settings import MatchSettings
    from engine.evaluation.match.summary import Summary
    from engine.evaluation.match.variants import Direction

UNMEASURED = (
    "The same match captured from a window on a real screen is not part of this command; the "
    "desktop tests (`tests/desktop`) play it.",
)

_FOUND: dict[Direction, str] = {
    "lower": "lower",
    "higher": "higher",
    "equal": "equal within the interval",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row held against its base: a variant against "streaming", a model against the first one.

    Attributes:
        name: Of the row, as the report calls it.
        base: Of what it is held against.
        differences: By metric.
        expected: By metric, as far as something is expected.
    """

    name: str
    base: str
    differences: dict[str, Difference]
    expected: dict[str, Direction]

    def shows(self, metric: str) -> bool | None:
        """Whether the effect that is expected in a metric shows; None where nothing can be told."""
        found = self.differences[metric].direction
        return None if found is None else found == self.expected[metric]

    def sentence(self, metric: str) -> str:
        """What was found in one metric."""
        difference, expected = self.differences[metric], self.expected.get(metric)
        found = difference.direction
        if found is None:
            return _untold(difference)
        words = _FOUND[found]
        if expected is None:
            return words
        if found == expected:
            return f"{words}, as expected"
        return f"**{words}: the expected effect ({expected}) does not show**"


def compare_variants(summaries: Sequence[Summary]) -> list[Comparison]:
    """Each variant against "streaming" of the same model, where that was run."""
    bases = {item.row.model: item for item in summaries if item.row.variant == BASE}
    return [
        Comparison(name_of(item), BASE, compare(item, base), VARIANTS[item.row.variant].expected)
        for item in summaries
        if (base := bases.get(item.row.model)) is not None
        and VARIANTS[item.row.variant].config != VARIANTS[BASE].config
    ]


def compare_models(summaries: Sequence[Summary]) -> list[Comparison]:
    """Each further model against the first one, both under "streaming"."""
    plain = [item for item in summaries if item.row.variant == BASE]
    return [
        Comparison(item.row.model, plain[0].row.model, compare(item, plain[0]), {})
        for item in plain[1:]
    ]


def name_of(summary: Summary) -> str:
    """A row as the report calls it."""
    return f"{summary.row.variant} ({summary.row.model})"


def not_run(settings: MatchSettings, failed: Sequence[str]) -> list[str]:
    """What this evaluation leaves open.

    Args:
        settings: What was asked for.
        failed: Matches that ended before their first round, in words.
    """
    left_out = [name for name in VARIANTS if name not in settings.variants]
    gaps = [*UNMEASURED, *failed]
    if left_out:
        gaps.append(f"Variants that were not asked for: {', '.join(left_out)}.")
    if BASE not in settings.variants:
        gaps.append(f'Without "{BASE}" there is nothing to hold the variants against.')
    if len(settings.models) == 1:
        gaps.append(
            "Training with and without overlapped clips: it needs two models that were trained "
            "either way; give both with `--model`."
        )
    return gaps


def remarks(summaries: Sequence[Summary]) -> list[str]:
    """What a reader must know before believing the numbers."""
    found = [f"{name_of(item)}: {reason}." for item in summaries for reason in item.stopped]
    found += [
        f"{name_of(item)}: the cache exceeded its computed bound."
        for item in summaries
        if not item.costs.is_within_bound
    ]
    origins = [run.origin for item in summaries for run in item.row.runs]
    commits = {str(origin.commit) for origin in origins}
    if len(commits) > 1:
        found.append(
            f"The runs were made by different versions of the source ({', '.join(sorted(commits))})"
            "; delete the journal to make all of them anew."
        )
    if any(origin.is_changed for origin in origins):
        found.append("Some runs were made by a source with changes that were not committed.")
    if len({origin.threads for origin in origins}) > 1:
        found.append("The runs did not all compute with the same number of threads.")
    return found


def _untold(difference: Difference) -> str:
    if difference.value is None or difference.base is None:
        return "nothing to judge"
    return (
        f"too short to tell: {difference.num_stretches} stretches of five minutes, "
        f"{FEWEST_STRETCHES} are needed"
    )
