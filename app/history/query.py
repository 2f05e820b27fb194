"""What a person types into the search box, as conditions of the database."""

from __future__ import annotations

from dataclasses import dataclass

from app.transcripts.line import one_line

_SHORTEST_INDEXED = 3  # characters; the index knows trigrams


@dataclass(frozen=True, slots=True)
class Query:
    """Words that must all be found, each anywhere in a line, in small or capital letters."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Query:
        """The words of `text`; characters that mean something to the database mean nothing here."""
        return cls(tuple(one_line(text).split()))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.terms

    def lines_condition(self) -> tuple[str, tuple[str, ...]]:
        """For the table of lines: SQL with question marks, and what stands for them."""
        indexed = [term for term in self.terms if len(term) >= _SHORTEST_INDEXED]
        short = [term for term in self.terms if len(term) < _SHORTEST_INDEXED]
        conditions = ["holds(text, ?)"] * len(short)
        values = list(short)
        if indexed:
            conditions.insert(0, "lines MATCH ?")
            values.insert(0, " AND ".join(_quoted(term) for term in indexed))
        return " AND ".join(conditions), tuple(values)

    def names_condition(self) -> tuple[str, tuple[str, ...]]:
        """For the table of sessions: every word in title, source or model."""
        names = "coalesce(title, '') || ' ' || coalesce(source, '') || ' ' || coalesce(model, '')"
        condition = " AND ".join([f"holds({names}, ?)"] * len(self.terms))
        return f"({condition})", self.terms


def _quoted(term: str) -> str:
    doubled = term.replace('"', '""')
    return f'"{doubled}"'
