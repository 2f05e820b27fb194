"""The four schemes over a video: every round is measured, limits end one, a stop loses none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from app.cli import main
from engine.errors import ConfigError, DataError
from engine.evaluation.efficiency.measure import release_unused
from engine.evaluation.efficiency.settings import EfficiencySettings
from engine.evaluation.efficiency.suite import evaluate
from engine.evaluation.journal import JOURNAL
from engine.match.export import ExportSettings, export_matches

if TYPE_CHECKING:
    from pathlib import Path

SCHEMES = ("full", "window", "window_overlap", "streaming")


def settings_for(model: Path, out: Path) -> EfficiencySettings:
    return EfficiencySettings(
        (str(model),), SCHEMES, out, seconds=4, tokens=3, size=(84, 56), threads=1
    )


def quiet(_message: str) -> None:
    """Hear nothing."""


def test_every_scheme_is_measured_round_by_round(small_folder: Path, tmp_path: Path) -> None:
    settings = settings_for(small_folder, tmp_path)
    page = evaluate(settings, quiet).read_text()
    report = json.loads((tmp_path / "report.json").read_text())
    curves = {curve["scheme"]: curve for curve in report["curves"]}
    assert tuple(curves) == SCHEMES
    assert {len(curve["rounds"]) for curve in curves.values()} == {4}
    assert all(seconds > 0 for curve in curves.values() for seconds, *_ in curve["rounds"])
    cached = {scheme: [row[2] for row in curve["rounds"]] for scheme, curve in curves.items()}
    assert cached["streaming"] == cached["window_overlap"]  # the same tokens, computed again
    assert cached["full"] == sorted(cached["full"])
    assert cached["full"][-1] > cached["streaming"][-1]  # all of a long previous text is kept
    assert curves["full"]["origin"]["versions"]["torch"]
    assert (tmp_path / "efficiency.png").read_bytes().startswith(b"\x89PNG")
    for words in ("built-in match 0, 84x56", "(d) streaming", "real time", "out of memory near"):
        assert words in page


def test_a_scheme_does_not_count_the_memory_of_the_one_before(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released: list[str] = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: released.append("cuda"))
    release_unused(torch.device("cuda"))
    assert released == ["cuda"]
    evaluate(replace(settings_for(small_folder, tmp_path), schemes=("streaming",)), quiet)
    assert released == ["cuda"]  # there is none where CUDA is not used


def test_what_was_measured_is_not_measured_again(small_folder: Path, tmp_path: Path) -> None:
    settings = settings_for(small_folder, tmp_path)
    evaluate(replace(settings, schemes=("streaming",)), quiet)
    kept = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / JOURNAL).write_bytes(kept + b'{"key": "torn')  # as a kill in mid-line leaves it
    said: list[str] = []
    evaluate(replace(settings, schemes=("streaming", "window")), said.append)
    assert said[0].startswith("1 schemes to measure, 1 are in")
    lines = (tmp_path / JOURNAL).read_bytes().splitlines(keepends=True)
    assert lines[0] == kept
    assert len(lines) == 2


def test_two_workers_measure_what_one_measures(small_folder: Path, tmp_path: Path) -> None:
    one = replace(settings_for(small_folder, tmp_path / "one"), schemes=("window", "streaming"))
    two = replace(one, out=tmp_path / "two", workers=2)

    def held(settings: EfficiencySettings) -> dict[str, list[list[int]]]:
        evaluate(settings, quiet)
        curves = json.loads((settings.out / "report.json").read_text())["curves"]
        return {curve["scheme"]: [row[2:4] for row in curve["rounds"]] for curve in curves}

    assert list(held(two)) == ["window", "streaming"]
    assert held(two) == held(one)
    assert "2 schemes were measured at a time" in (two.out / "report.md").read_text()


def test_full_attention_ends_at_its_limit_and_says_so(small_folder: Path, tmp_path: Path) -> None:
    settings = replace(
        settings_for(small_folder, tmp_path), schemes=("full", "streaming"), max_cache_bytes=1
    )
    page = evaluate(settings, quiet).read_text()
    curves = json.loads((tmp_path / "report.json").read_text())["curves"]
    assert [len(curve["rounds"]) for curve in curves] == [1, 4]
    assert "(a) full attention" in page
    assert "ended at 1 s of video: the cache held" in page


def test_a_video_file_is_watched_to_its_end(small_folder: Path, tmp_path: Path) -> None:
    export_matches([3], ExportSettings(seconds=2, width=84, height=56), tmp_path, quiet)
    settings = replace(
        settings_for(small_folder, tmp_path / "out"),
        schemes=("streaming",),
        video=tmp_path / "match-3.mp4",
    )
    page = evaluate(settings, quiet).read_text()
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len(report["curves"][0]["rounds"]) == 2
    assert report["curves"][0]["stopped"] is None
    assert "match-3.mp4, SHA-256" in page
    with pytest.raises(DataError, match="cannot read the video"):
        evaluate(replace(settings, video=tmp_path / "none.mp4"), quiet)


def test_the_command_takes_its_options(
    small_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["evaluate", "efficiency", "--model", str(small_folder), "--out", str(tmp_path)]
    options = ["--seconds", "2", "--schemes", "streaming", "--size", "84x56", "--threads", "1"]
    assert main([*command, *options]) == 0
    assert "1 schemes to measure" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*command, "--schemes", "cubist"])
    assert "there is no cubist" in capsys.readouterr().err
    with pytest.raises(ConfigError, match="seconds must be at least 1"):
        EfficiencySettings(("bundled",), ("full",), tmp_path, seconds=0)
