"""File names from templates: checked when they are typed, fit for every system when filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import TranscriptError
from app.transcripts.naming import LONGEST_NAME, LONGEST_NAME_BYTES, NameTemplate, unused_path
from app.transcripts.settings import TranscriptSettings
from tests.app.transcripts.making import header

if TYPE_CHECKING:
    from pathlib import Path


def test_fields_are_filled() -> None:
    named = header("/home/ada/My film.mp4", title="The final")
    assert NameTemplate("{source} with {model}").fill(named) == "My film.mp4 with bundled"
    assert NameTemplate("{title}").fill(named) == "The final"
    assert NameTemplate("{title}").fill(header("match:3")) == "match_3"
    assert NameTemplate("{date} {time}").fill(named).startswith("2023-11-1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "at least one letter"),
        (" . ", "at least one letter"),
        ("{score}", r"\{score\} stands for nothing; use \{title\}"),
        ("{}", "stands for nothing"),
        ("{source", "brace"),
        ("}", "brace"),
        ("{date:%Y}", "plainly"),
        ("{source!r}", "plainly"),
        ("a/b {date}", "cannot hold"),
        ("{date}\n", "cannot hold"),
    ],
)
def test_a_template_that_cannot_be_is_refused_at_once(text: str, reason: str) -> None:
    with pytest.raises(TranscriptError, match=reason):
        NameTemplate(text)


@given(title=st.text(), source=st.text())
@example(title="得点" * 60, source="")
def test_every_name_fits_every_system(title: str, source: str) -> None:
    name = NameTemplate("{title} {source}").fill(header(source, title=title))
    assert name.strip(" .") == name != ""
    assert len(name) <= LONGEST_NAME
    assert len(name.encode()) <= LONGEST_NAME_BYTES
    assert not set(name) & set('<>:"/\\|?*\n\0')


def test_a_long_name_is_cut_between_characters(tmp_path: Path) -> None:
    name = NameTemplate("{title}").fill(header(title="a" + "得点" * 80))
    assert set(name) == set("a得点")
    unused_path(tmp_path, name, ".srt").touch()


@pytest.mark.parametrize("title", ["con", "LPT1", "nul.txt"])
def test_names_that_windows_keeps_for_itself_are_changed(title: str) -> None:
    assert NameTemplate("{title}").fill(header(title=title)) == f"_{title}"


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    for expected in ("talk.srt", "talk 2.srt", "talk 3.srt"):
        path = unused_path(tmp_path, "talk", ".srt")
        assert path.name == expected
        path.touch()


def test_a_folder_whose_name_no_system_takes_is_said(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="choose another folder"):
        unused_path(tmp_path / ("x" * 300), "talk", ".srt")


def test_a_folder_in_nobodys_home_may_be_typed_but_takes_nothing() -> None:
    settings = TranscriptSettings(has_autosave=True, autosave_folder="~nobody.here/talks")
    with pytest.raises(TranscriptError, match="home folder of nobody"):
        _ = settings.autosave
