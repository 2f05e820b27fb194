"""The command against an endpoint with a real model behind it: the bundled one."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from app.cli import main
from engine.data.frames import read_frames
from engine.evaluation.judge.prompts import PROMPTS
from engine.evaluation.judge.verdicts import read_verdict
from engine.evaluation.statistics import Outcome, Vote, win_rate
from tests.engine.evaluation.served import ServedModel

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.support.chat import ChatEndpoint, Question, Says

NAMES = ("one", "two")
MEANT: dict[tuple[str, str], Outcome] = {
    ("a", "one"): "win",
    ("a", "two"): "loss",
    ("b", "one"): "loss",
    ("b", "two"): "win",
}
"""What a verdict means for the first candidate, by who was shown as A."""


def command(data: Path, out: Path, *more: str) -> list[str]:
    scope = ["--start", "8", "--segment", "8", "--min-words", "3", "--threads", "1", "--yes"]
    return ["evaluate", "inf-streams", "--data", str(data), "--out", str(out), *scope, *more]


def speak(data: Path, folder: Path, name: str) -> str:
    """Words of a candidate that name it and their game, so that a question tells who is A."""
    games = [json.loads(line) for line in (data / "metadata.jsonl").read_text().splitlines()]
    lines: list[str] = []
    for number, game in enumerate(games):
        marked = [
            [start, end, " ".join(f"{word} {name}{number}" for word in text.split())]
            for start, end, text in game["content"]
        ]
        lines.append(json.dumps({"video": game["video"], "content": marked}))
    path = folder / f"{name}-spoken.jsonl"
    path.write_text("\n".join(lines))
    return f"--precomputed={name}={path}"


def judged(data: Path, out: Path, url: str, prompt: str) -> dict[str, Any]:
    """What the command reports of the judge at `url`."""
    given = [speak(data, out, name) for name in NAMES]
    judge = ["--judge-endpoint", url, "--judge-model", "bundled", "--judge-prompt", prompt]
    assert main(command(data, out, *given, *judge)) == 0
    told = json.loads((out / "report.json").read_text())
    (compared,) = told["comparisons"]
    counted = [compared[name] for name in ("wins", "losses", "ties", "unparsable", "refused")]
    assert sum(counted) == 2 * told["data"]["segments"] > 2
    return compared


def test_a_judge_that_writes_what_it_was_trained_on_votes_for_nobody(
    match_data: Path, match_model: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    served = ServedModel(match_model)
    replies: list[str] = []

    def answer(question: Question) -> Says:
        said = served(question)
        replies.append(said.text)
        return said

    chat_endpoint.answer = answer
    compared = judged(match_data, tmp_path, chat_endpoint.url, "own")
    assert {read_verdict(reply, PROMPTS["own"]) for reply in replies} == {"unparsable"}
    assert compared["unparsable"] == len({asked.user for asked in chat_endpoint.questions})
    assert (compared["win_rate"], compared["interval_95"]) == (None, None)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_judge_that_must_choose_has_its_votes_counted_in_both_orders(
    match_data: Path, match_model: Path, tmp_path: Path, chat_endpoint: ChatEndpoint, prompt: str
) -> None:
    rules = PROMPTS[prompt]
    offered = (rules.answer_a, rules.answer_b, rules.answer_tie)
    served = ServedModel(match_model, tuple(answer for answer in offered if answer))
    votes: list[Vote] = []
    shown: set[tuple[str, str]] = set()

    def answer(question: Question) -> Says:
        said = served(question)
        (name, game) = re.findall(r" (one|two)(\d)", question.user)[0]
        verdict = read_verdict(said.text, rules)
        votes.append(Vote(game, "tie" if verdict == "tie" else MEANT[verdict, name]))
        shown.add((name, game))
        return said

    chat_endpoint.answer = answer
    compared = judged(match_data, tmp_path, chat_endpoint.url, prompt)
    assert shown == {(name, game) for name in NAMES for game in "01"}
    expected = win_rate(votes)
    counted = expected.tally
    assert (compared["wins"], compared["losses"]) == (counted.wins, counted.losses)
    assert (compared["ties"], compared["unparsable"]) == (counted.ties, 0)
    assert compared["win_rate"] == counted.win_rate
    assert compared["interval_95"] == (expected.interval and list(expected.interval))


def test_a_served_vision_model_is_sent_the_frames_that_our_models_see(
    match_data: Path, match_model: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    served = ServedModel(match_model)
    said: list[Says] = []

    def answer(question: Question) -> Says:
        said.append(served(question))
        return said[-1]

    chat_endpoint.answer = answer
    api = ["--api", f"served=bundled@{chat_endpoint.url}", "--chunk", "8"]
    assert main(command(match_data, tmp_path, *api)) == 0
    places = [(game, start_s) for game in (1, 2) for start_s in (8, 16)]
    # A reply that is cut off is asked for again; what is sent then is the same.
    asked = list({question.user: question for question in chat_endpoint.questions}.values())
    for (game, start_s), question in zip(places, asked, strict=True):
        video = match_data / "videos" / f"match-{game}.mp4"
        seen = np.stack(list(read_frames(video, start_s, 2.0, 16)))
        got = np.stack([pixels_of(image) for image in question.images])
        assert got.shape == seen.shape
        assert nearest(got, seen) == list(range(16))
        assert np.abs(got.astype(int) - seen).mean() < 4  # what JPEG loses
    spoken = [json.loads(line) for line in (tmp_path / "served.jsonl").read_text().splitlines()]
    words = " ".join(text for game in spoken for *_, text in game["content"])
    usable = [each.text for each in said if each.finish_reason == "stop" and each.text.strip()]
    assert words == " ".join(" ".join(text.split()) for text in usable)


def test_the_served_model_looks_at_the_pictures(
    match_data: Path, match_model: Path, tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    served = ServedModel(match_model)
    chat_endpoint.answer = served
    api = ["--api", f"served=bundled@{chat_endpoint.url}", "--chunk", "16"]
    assert main(command(match_data, tmp_path, *api)) == 0
    asked = chat_endpoint.questions[0]
    backwards = replace(asked, images=asked.images[::-1])
    assert served.log_likelihood(asked, " Goal") != served.log_likelihood(backwards, " Goal")


def pixels_of(image: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(image)))


def nearest(got: NDArray[np.uint8], seen: NDArray[np.uint8]) -> list[int]:
    """Of each picture that was received, which of the frames it is most like."""
    differences = np.abs(got[:, None].astype(int) - seen[None]).mean(axis=(2, 3, 4))
    return differences.argmin(axis=1).tolist()
