"""Parts of a report's page that all suites share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.evaluation.provenance import ModelFacts, Origin


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would end a cell in its text is escaped."""
    lines = [_row(head), "|" + " --- |" * len(head), *(_row(row) for row in rows)]
    return "\n".join(lines)


def share(value: float | None) -> str:
    """A share as a percentage with two digits, as papers print it."""
    return "-" if value is None else f"{100 * value:.2f}"


def model_lines(models: Mapping[str, ModelFacts]) -> list[str]:
    """One item per model, by the name that it was asked for with."""
    return [
        f"- Model {name}: {facts.num_parameters / 1e6:.1f} M parameters, {facts.dtype}, "
        f"{facts.device}, fingerprint {facts.fingerprint}."
        for name, facts in sorted(models.items())
    ]


def origin_line(origins: Iterable[Origin]) -> str:
    """One item that says what code ran, on what, and when it was started."""
    known = list(origins)
    commits = (
        (origin.commit or "unknown") + (" (changed)" if origin.is_changed else "")
        for origin in known
    )
    versions = (
        ", ".join(f"{name} {version}" for name, version in origin.versions.items())
        for origin in known
    )
    return (
        f"- Commit {_each(commits)}; {_each(versions)}; "
        f"{_each(origin.machine for origin in known)}; "
        f"{_each(str(origin.threads) for origin in known)} threads; started "
        f"{_each(origin.started for origin in known)}."
    )


def _each(values: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(values)) or "unknown"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
