from __future__ import annotations

from pathlib import Path

import pytest

from app.replacing import replacing, take_place


def hold_open(monkeypatch: pytest.MonkeyPatch, num_tries: int) -> None:
    """Let renaming fail that often, as on Windows while a scanner has the file open."""
    replace, refusals = Path.replace, iter(range(num_tries))

    def refuse(new: Path, path: Path) -> Path:
        if next(refusals, None) is not None:
            raise PermissionError(13, "The process cannot access the file", str(new))
        return replace(new, path)

    monkeypatch.setattr(Path, "replace", refuse)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_text("old")
    return path


def test_a_file_that_is_open_for_a_moment_is_replaced_all_the_same(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = old.with_suffix(".new")
    hold_open(monkeypatch, 4)
    with replacing(old, new, pause_s=0):
        new.write_text("new")
    assert old.read_text() == "new"
    assert not new.exists()


def test_a_file_that_stays_open_is_kept_and_nothing_lies_beside_it(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = old.with_suffix(".new")
    hold_open(monkeypatch, 99)
    with pytest.raises(PermissionError), replacing(old, new, pause_s=0):
        new.write_text("new")
    assert [path.name for path in old.parent.iterdir()] == [old.name]
    assert old.read_text() == "old"


def test_half_a_file_goes_whatever_ended_it(old: Path) -> None:
    def write_half() -> None:
        new = old.with_suffix(".new")
        with replacing(old, new):
            new.write_text("ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert [path.name for path in old.parent.iterdir()] == [old.name]


def test_what_took_long_to_fetch_stays_where_it_cannot_take_its_place(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = old.with_suffix(".part")
    part.write_text("gigabytes")
    hold_open(monkeypatch, 99)
    with pytest.raises(PermissionError):
        take_place(part, old, pause_s=0)
    assert part.read_text() == "gigabytes"
