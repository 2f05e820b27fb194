"""The history lists and finds what the journals hold, and can always be made anew from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import TranscriptError
from app.history.index import HistoryIndex
from app.transcripts.journal import Journal
from app.transcripts.line import one_line
from app.transcripts.notes import take_notes
from app.transcripts.records import HighlightNote, TextNote, TitleNote
from tests.app.transcripts.making import STARTED_AT, header, line, write_journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PAGE_BYTES = 4096


def index_of(folder: Path) -> HistoryIndex:
    return HistoryIndex(folder / "transcripts", folder / "cache" / "history.sqlite3")


def write(folder: Path, *texts: str, source: str = "match:3", after_s: float = 0.0) -> Path:
    started_at = STARTED_AT + after_s
    return write_journal(folder / "transcripts", *texts, source=source, started_at=started_at)


def found(index: HistoryIndex, search: str) -> list[str]:
    return [entry.name for entry in index.sessions(search)]


def test_no_folder_is_an_empty_history(tmp_path: Path) -> None:
    index = index_of(tmp_path)
    index.refresh()
    assert index.sessions() == ()


def test_sessions_are_listed_newest_first_with_their_figures(tmp_path: Path) -> None:
    write(tmp_path, "Kick-off!", "", source="/films/old.mp4")
    newer = write(tmp_path, "Goal!", "Replay.", "End.", source="match:4", after_s=60)
    take_notes(newer, HighlightNote(0, True))
    take_notes(newer, TitleNote("The final"))
    index = index_of(tmp_path)
    index.refresh()
    first, second = index.sessions()
    assert (first.name, second.name) == ("The final", "old.mp4")
    assert (first.journal, first.source, first.model) == (newer, "match:4", "bundled")
    assert (first.num_lines, first.num_highlights, first.length_s) == (3, 1, 3.0)
    assert (second.num_lines, second.length_s, second.ending) == (1, 2.0, "")


def test_words_are_found_in_lines_and_names(tmp_path: Path) -> None:
    write(tmp_path, "The keeper saves.", "A goal for the Falcons!", source="match:1")
    write(tmp_path, "Rain in Paris.", source="/films/falcons.mp4", after_s=60)
    index = index_of(tmp_path)
    index.refresh()
    assert found(index, "FALCONS") == ["falcons.mp4", "match:1"]
    assert found(index, "falcons goal") == ["match:1"]
    assert found(index, "keeper falcons") == []  # both words, but not in one line
    assert found(index, "in") == ["falcons.mp4"]
    assert found(index, '"saves" OR') == []
    assert found(index, "  ") == ["falcons.mp4", "match:1"]


def test_words_are_found_in_scripts_without_spaces(tmp_path: Path) -> None:
    write(tmp_path, "\u30b4\u30fc\u30eb\u304c\u6c7a\u307e\u308a\u307e\u3057\u305f")
    index = index_of(tmp_path)
    index.refresh()
    assert found(index, "\u6c7a\u307e\u308a") == ["match:3"]
    assert found(index, "\u6c7a\u307e") == ["match:3"]


def test_hits_are_the_lines_in_order(tmp_path: Path) -> None:
    write(tmp_path, "A goal!")
    path = write(tmp_path, "Pass.", "Goal!", "", "What a goal!", after_s=1)
    index = index_of(tmp_path)
    index.refresh()
    assert index.hits(path, "goal") == (1, 3)
    assert index.hits(path, "go") == (1, 3)
    assert index.hits(path, "") == ()
    assert index.hits(tmp_path / "missing.jsonl", "goal") == ()


def test_edits_and_new_lines_are_found_and_old_words_are_not(tmp_path: Path) -> None:
    with Journal(tmp_path / "transcripts", header()) as journal:
        journal.append(line(0, "Goal!"))
        index = index_of(tmp_path)
        index.refresh()
        assert index.sessions()[0].ending is None
        take_notes(journal.path, TextNote(0, "Offside."))
        journal.append(line(1, "Free kick."))
        index.refresh()
        assert (found(index, "goal"), found(index, "offside")) == ([], ["match:3"])
        assert found(index, "kick") == ["match:3"]


def test_what_is_deleted_is_forgotten(tmp_path: Path) -> None:
    gone, _ = write(tmp_path, "Goal!"), write(tmp_path, "Save!", after_s=1)
    index = index_of(tmp_path)
    index.refresh()
    gone.unlink()
    index.refresh()
    assert len(index.sessions()) == 1
    assert index.sessions("goal") == ()


def test_a_damaged_journal_is_listed_with_its_trouble(tmp_path: Path) -> None:
    write(tmp_path, "Goal!")
    broken = tmp_path / "transcripts" / "broken.jsonl"
    broken.write_text("{nonsense\n", "utf-8")
    index = index_of(tmp_path)
    index.refresh()
    entry = next(entry for entry in index.sessions() if entry.journal == broken)
    assert "line 1" in entry.problem
    assert entry.name == "broken"


def test_a_damaged_database_is_made_anew(tmp_path: Path) -> None:
    write(tmp_path, "Goal!")
    index = index_of(tmp_path)
    index.refresh()
    database = tmp_path / "cache" / "history.sqlite3"
    database.write_bytes(b"no database at all" * 100)
    index.refresh()
    assert found(index, "goal") == ["match:3"]


@pytest.mark.parametrize("use", [HistoryIndex.refresh, HistoryIndex.sessions])
def test_a_database_damaged_behind_its_first_page_is_made_anew(
    tmp_path: Path, use: Callable[[HistoryIndex], object]
) -> None:
    write(tmp_path, *(f"Pass {number}." for number in range(200)))
    index = index_of(tmp_path)
    index.refresh()
    database = tmp_path / "cache" / "history.sqlite3"
    content = database.read_bytes()
    database.write_bytes(content[:_PAGE_BYTES] + b"\xff" * (len(content) - _PAGE_BYTES))
    use(index)
    assert found(index, "pass") == ["match:3"]


def test_a_folder_of_the_cache_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(TranscriptError, match="cannot be searched"):
        index_of(tmp_path).refresh()


def test_a_database_of_another_version_is_made_anew(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    write(tmp_path, "Goal!")
    database = tmp_path / "cache" / "history.sqlite3"
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("CREATE TABLE sessions (old); PRAGMA user_version = 99;")
    index = index_of(tmp_path)
    index.refresh()
    assert found(index, "goal") == ["match:3"]


def test_a_cache_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "cache" / "history.sqlite3").mkdir(parents=True)
    with pytest.raises(TranscriptError, match="cannot be searched"):
        index_of(tmp_path).refresh()


@settings(max_examples=50)  # it writes to the disk
@given(text=st.text(min_size=1).filter(one_line), search=st.text())
def test_any_search_is_answered_and_every_word_of_a_line_finds_it(
    tmp_path_factory: pytest.TempPathFactory, text: str, search: str
) -> None:
    folder = tmp_path_factory.mktemp("history")
    path = write(folder, text)
    index = index_of(folder)
    index.refresh()
    index.sessions(search)
    for word in one_line(text).split():
        assert index.hits(path, word) == (0,)
