from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError, SettingsError
from app.settings.document import VERSION, write_sections
from app.settings.store import SettingsStore


class Mode(Enum):
    STEADY = "steady"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Place:
    left_px: int = 0
    monitor: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """A section with a field of each kind that sections may have."""

    SECTION: ClassVar[str] = "looks"

    size_pt: int = 20
    opacity: float = 0.5
    is_shown: bool = True
    font: str = ""
    folder: Path | None = None
    mode: Mode = Mode.STEADY
    place: Place = field(default_factory=Place)
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 12 <= self.size_pt <= 96:
            raise AppError(f"The size must be 12 to 96, it is {self.size_pt}.")


@dataclass(frozen=True, slots=True)
class Sound:
    SECTION: ClassVar[str] = "sound"

    volume: float = 1.0


LOOKS = st.builds(
    Looks,
    size_pt=st.integers(12, 96),
    opacity=st.floats(allow_nan=False, allow_infinity=False),
    is_shown=st.booleans(),
    font=st.text(st.characters()),
    folder=st.none() | st.sampled_from([Path("/srv/a b"), Path("ä"), Path("caf\udce9")]),
    mode=st.sampled_from(Mode),
    place=st.builds(Place, left_px=st.integers(), monitor=st.just("DP-1")),
    words=st.lists(st.text("aé漢", max_size=5)).map(tuple),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "settings.json"


def reports(store: SettingsStore) -> list[str]:
    """What the store has to say so far."""
    heard: list[str] = []
    store.report_to(heard.append)
    return heard


@given(LOOKS)
def test_what_is_kept_is_there_at_the_next_start(looks: Looks) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        SettingsStore(path).put(looks)
        store = SettingsStore(path)
        assert store.get(Looks) == looks
        assert reports(store) == []
        assert [file.name for file in Path(folder).iterdir()] == ["settings.json"]


def test_without_a_file_all_is_default_and_nothing_is_written(path: Path) -> None:
    store = SettingsStore(path)
    assert store.is_new
    assert store.get(Looks) == Looks()
    assert not path.exists()
    store.put(Sound())
    assert not store.is_new
    assert not SettingsStore(path).is_new


@given(st.binary())
def test_any_damaged_file_is_set_aside_and_reported(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        path.write_bytes(content)
        store = SettingsStore(path)
        assert store.get(Looks) == Looks()
        (aside,) = Path(folder).iterdir()
        assert aside.read_bytes() == content
        (sentence,) = reports(store)
        assert "is damaged" in sentence
        assert aside.name in sentence


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"version": VERSION + 1, "sections": {}}, "newer Kibitz"),
        ({"version": 0, "sections": {}}, "is damaged"),
        ({"version": VERSION}, "is damaged"),
        ([1], "is damaged"),
        ("text", "is damaged"),
    ],
)
def test_a_file_of_another_kind_is_set_aside(path: Path, document: object, reason: str) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps(document))
    store = SettingsStore(path)
    assert reason in reports(store)[0]
    store.put(Sound(0.25))
    assert SettingsStore(path).get(Sound) == Sound(0.25)
    assert len(list(path.parent.iterdir())) == 2


def test_a_newer_file_is_set_aside_only_when_something_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(newer := json.dumps({"version": VERSION + 1, "sections": {}}))
    store = SettingsStore(path)
    assert store.get(Sound) == Sound()
    assert path.read_text() == newer
    store.put(Sound(0.25))
    (aside,) = set(path.parent.iterdir()) - {path}
    assert aside.read_text() == newer


def test_a_newer_file_that_cannot_be_set_aside_is_not_written_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_text(newer := json.dumps({"version": VERSION + 1, "sections": {}}))
    store = SettingsStore(path)

    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError("no right to rename")

    monkeypatch.setattr(Path, "rename", refuse)
    store.put(Sound(0.25))
    assert path.read_text() == newer
    assert "cannot be kept" in reports(store)[-1]


def test_a_file_that_cannot_be_read_is_left_where_it_is(path: Path) -> None:
    path.mkdir(parents=True)  # which nobody can read as a file, whatever their rights
    assert "cannot be read" in reports(SettingsStore(path))[0]
    assert path.is_dir()


@pytest.mark.parametrize("wrong", [{"size_pt": "huge"}, {"size_pt": 300}, {"mode": "x"}, 7])
def test_one_bad_section_falls_back_alone(path: Path, wrong: object) -> None:
    write(path, {"looks": wrong, "sound": {"volume": 0.25}})
    store = SettingsStore(path)
    assert store.get(Looks) == Looks()
    assert store.get(Sound) == Sound(0.25)
    (sentence,) = reports(store)
    assert "“looks”" in sentence


def test_unknown_keys_are_ignored_and_unknown_sections_kept(path: Path) -> None:
    write(path, {"sound": {"volume": 0.25, "later": 1}, "later": {"a": [1]}})
    store = SettingsStore(path)
    assert store.get(Sound) == Sound(0.25)
    store.put(Sound(0.75))
    assert json.loads(path.read_text())["sections"] == {
        "sound": {"volume": 0.75},
        "later": {"a": [1]},
    }


def test_who_watches_hears_of_changes_only(path: Path) -> None:
    store = SettingsStore(path)
    heard: list[Sound] = []
    assert store.watch(Sound, heard.append) == Sound()
    for volume in (0.25, 0.25, 0.5):
        store.put(Sound(volume))
    store.put(Looks())
    assert heard == [Sound(0.25), Sound(0.5)]


def test_a_folder_that_cannot_be_written_is_said_and_the_value_holds(path: Path) -> None:
    path.parent.touch()
    store = SettingsStore(path)
    heard = reports(store)
    store.put(replace(Sound(), volume=0.25))
    assert store.get(Sound) == Sound(0.25)
    assert "cannot be kept" in heard[-1]


def write(path: Path, sections: object) -> None:
    """A settings file of this version."""
    path.parent.mkdir()
    path.write_text(json.dumps({"version": VERSION, "sections": sections}))


def test_settings_that_cannot_take_their_place_leave_nothing_beside_it(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be kept"):
        write_sections(path, {})
    assert list(path.parent.iterdir()) == [path]
