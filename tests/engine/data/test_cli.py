"""`kibitz data` as it is used: files in and out, a real endpoint, a real process that is killed."""

from __future__ import annotations

import argparse
import io
import json
import sys
import threading
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from engine.data import cli
from engine.data.samples import (
    QuestionAnswer,
    Sample,
    Word,
    read_samples,
    seeks_path,
    write_samples,
)
from engine.errors import EngineError
from tests.engine.data.test_asr import RECOGNISER
from tests.support.chat import Fails, Says
from tests.support.processes import running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.chat import Answer, ChatEndpoint, Question

REPOSITORY = Path(__file__).parents[3]
NUM_PIECES = 8


def run_data(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.run(parser.parse_args([str(argument) for argument in arguments]))


def refused(*arguments: object) -> str:
    """The one sentence with which a command ends that cannot be done."""
    with pytest.raises(EngineError) as caught:
        run_data(*arguments)
    return str(caught.value)


def write_streams(path: Path) -> Path:
    """A stream of as many pieces as NUM_PIECES, each with a good, a bad and a foreign sentence."""
    texts = ["Red attacks now.", "And he shots weit!", "Drink Cola today!"]
    words = [
        Word(120 * piece + at, 120 * piece + at + 0.8, word)
        for piece in range(NUM_PIECES)
        for at, word in enumerate(f"Piece {piece}. {' '.join(texts)}".split(), start=1)
    ]
    stream = Sample("game.mp4", 0, 120 * NUM_PIECES, "Comment.", "Reds.", tuple(words))
    write_samples(path, [stream])
    return path


def clean_reply(question: Question) -> Answer:
    """What a good model says: correct the shot, delete the advertising."""
    decisions: list[dict[str, object]] = []
    for number, sentence in enumerate(question.sentences(), start=1):
        decision: dict[str, object] = {"id": number, "action": "keep"}
        if "weit" in sentence:
            decision |= {"action": "edit", "text": "And he shoots wide!"}
        elif "Cola" in sentence:
            decision |= {"action": "delete"}
        decisions.append(decision)
    return Says(json.dumps({"sentences": decisions}))


def clean_arguments(folder: Path, endpoint: ChatEndpoint, *more: object) -> list[object]:
    return [
        "clean", folder / "streams.jsonl", "--out", folder / "cleaned.jsonl",
        "--endpoint", endpoint.url, "--model", "m", "--retries", 0, "--yes", *more,
    ]  # fmt: skip


def test_cleaning_writes_the_cleaned_stream_and_says_what_it_did(
    tmp_path: Path, chat_endpoint: ChatEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    chat_endpoint.answer = clean_reply
    prices = ("--price-in", 2, "--price-out", 1000)
    assert run_data(*clean_arguments(tmp_path, chat_endpoint, *prices)) == 0
    (cleaned,) = read_samples(tmp_path / "cleaned.jsonl")
    text = " ".join(word.word for word in cleaned.text_stream)
    assert text.startswith("Piece 0. Red attacks now. And he shoots wide! Piece 1.")
    assert "Cola" not in text
    told = capsys.readouterr().err
    assert "16 kept (50.00%), 8 edited (25.00%), 8 deleted (25.00%)" in told
    assert "for these replies: 800 tokens in, 80 out, cost 0.08" in told
    announced, paid = told.index("8 requests to m (0 answered before)"), told.index("for these")
    assert announced < told.index("estimate: ") < paid


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_nothing_is_sent_before_the_user_agrees_to_the_costs(
    tmp_path: Path,
    chat_endpoint: ChatEndpoint,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    arguments = clean_arguments(tmp_path, chat_endpoint)
    arguments.remove("--yes")
    assert run_data(*arguments) == 1
    assert chat_endpoint.questions == []
    assert not (tmp_path / "cleaned.jsonl").exists()


def test_the_user_may_agree_on_the_terminal(
    tmp_path: Path, chat_endpoint: ChatEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    chat_endpoint.answer = clean_reply
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    arguments = clean_arguments(tmp_path, chat_endpoint)
    arguments.remove("--yes")
    assert run_data(*arguments) == 0


@pytest.mark.parametrize("parallel", [1, 3])
def test_after_kill_9_cleaning_goes_on_without_repeating_or_losing_a_piece(
    tmp_path: Path, chat_endpoint: ChatEndpoint, parallel: int
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    held = threading.Event()

    def answer(question: Question) -> Answer:
        if chat_endpoint.questions.index(question) >= NUM_PIECES // 2:
            held.wait()
        return clean_reply(question)

    chat_endpoint.answer = answer
    journal = tmp_path / "cleaned.jsonl.journal.jsonl"
    arguments = clean_arguments(tmp_path, chat_endpoint, "--parallel", parallel)
    command = [sys.executable, "-m", "app", "data", *map(str, arguments)]
    with running(command, {"PYTHONPATH": str(REPOSITORY)}) as process:
        wait_until(
            lambda: (
                len(chat_endpoint.questions) == NUM_PIECES // 2 + parallel
                and journal.read_bytes().count(b"\n") == NUM_PIECES // 2
            ),
            "half of the replies on the disk and the next questions asked",
            timeout_s=60,
        )
        process.kill()
        process.wait()
    held.set()
    unanswered = {question.user for question in chat_endpoint.questions[NUM_PIECES // 2 :]}
    assert not (tmp_path / "cleaned.jsonl").exists()

    assert run_data(*arguments) == 0
    asked = Counter(question.user for question in chat_endpoint.questions)
    assert len(asked) == NUM_PIECES
    assert {user for user, count in asked.items() if count > 1} == unanswered
    (cleaned,) = read_samples(tmp_path / "cleaned.jsonl")
    names = [word.word for word in cleaned.text_stream]
    assert [name for name in names if name[0].isdigit()] == [f"{i}." for i in range(NUM_PIECES)]

    assert run_data(*arguments) == 0  # all is paid for: nothing is asked, nothing is confirmed
    assert Counter(question.user for question in chat_endpoint.questions) == asked


def test_pieces_without_a_usable_reply_are_named_and_asked_again_by_the_same_command(
    tmp_path: Path, chat_endpoint: ChatEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    chat_endpoint.answer = lambda question: (
        Says("Sorry.") if "Piece 3." in question.user else clean_reply(question)
    )
    arguments = clean_arguments(tmp_path, chat_endpoint)
    assert "1 of 8 requests got no usable reply" in refused(*arguments)
    assert "game.mp4, 360 to 480 s: no usable reply in 3 attempts" in capsys.readouterr().err
    assert not (tmp_path / "cleaned.jsonl").exists()
    chat_endpoint.questions.clear()
    chat_endpoint.answer = clean_reply
    assert run_data(*arguments) == 0
    assert len(chat_endpoint.questions) == 1


def test_a_piece_that_the_endpoint_refuses_is_left_out_and_counted(
    tmp_path: Path, chat_endpoint: ChatEndpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    chat_endpoint.answer = lambda question: (
        Fails(400) if "Piece 3." in question.user else clean_reply(question)
    )
    assert run_data(*clean_arguments(tmp_path, chat_endpoint)) == 0
    (cleaned,) = read_samples(tmp_path / "cleaned.jsonl")
    text = " ".join(word.word for word in cleaned.text_stream)
    assert "Piece 2." in text
    assert "Piece 3." not in text
    told = capsys.readouterr().err
    assert "game.mp4, 360 to 480 s: refused with status 400" in told
    assert "4 left out because the endpoint refused (12.50%)" in told


def test_an_endpoint_that_refuses_all_leaves_the_output_as_it_was(
    tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    streams = write_streams(tmp_path / "streams.jsonl")
    arguments = clean_arguments(tmp_path, chat_endpoint)
    chat_endpoint.answer = lambda question: (
        Fails(400) if "Piece 3." in question.user else clean_reply(question)
    )
    assert run_data(*arguments) == 0
    cleaned = (tmp_path / "cleaned.jsonl").read_bytes()
    assert run_data(*arguments) == 0  # the one piece is refused again, the others are known
    text = streams.read_text(encoding="utf-8").replace("Piece", "Part")
    streams.write_text(text, encoding="utf-8")
    chat_endpoint.answer_in_turn(Fails(400))
    assert "requests and answered none; check key" in refused(*arguments)
    assert (tmp_path / "cleaned.jsonl").read_bytes() == cleaned


def test_a_broken_endpoint_ends_the_command_with_one_sentence(
    tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    write_streams(tmp_path / "streams.jsonl")
    chat_endpoint.answer_in_turn(Fails(401))
    reason = refused(*clean_arguments(tmp_path, chat_endpoint))
    assert "set the variable OPENAI_API_KEY to yours" in reason


def label_reply(question: Question) -> Answer:
    labels = ["other" if "Cola" in sentence else "live" for sentence in question.sentences()]
    return Says(json.dumps({"labels": labels}))


def test_annealing_samples_are_selected_by_counts_and_by_the_model(
    tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    def talk(start_s: int, word: str) -> list[Word]:
        return [Word(start_s + i / 3, start_s + i / 3 + 0.2, word) for i in range(60)]

    words = (*talk(0, "Go!"), *talk(40, "Cola!"), *talk(80, "Shot!"))
    write_samples(tmp_path / "s.jsonl", [Sample("game.mp4", 0, 200, text_stream=words)])
    chat_endpoint.answer = label_reply
    out = tmp_path / "annealing.jsonl"
    model = ("--endpoint", chat_endpoint.url, "--model", "m", "--yes")
    assert run_data("anneal", tmp_path / "s.jsonl", "--out", out, *model) == 0
    assert [sample.video_start for sample in read_samples(out)] == [0, 80]
    assert run_data("anneal", tmp_path / "s.jsonl", "--out", out, "--no-judge") == 0
    assert [sample.video_start for sample in read_samples(out)] == [0, 40, 80]
    assert "--no-judge" in refused("anneal", tmp_path / "s.jsonl", "--out", out)


def write_video(path: Path, seconds: int) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for shade in range(5 * seconds):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), shade, np.uint8))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_from_a_video_and_its_transcript_to_training_clips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = tmp_path / "game.mp4"
    write_video(video, seconds=40)
    words = [{"word": f"w{i}", "start": i / 2, "end": i / 2 + 0.4} for i in range(80)]
    transcript = {"segments": [{"start": 0, "end": 40, "text": "", "words": words}]}
    video.with_suffix(".json").write_text(json.dumps(transcript), encoding="utf-8")
    video.with_suffix(".txt").write_text("Reds against blues.\n", encoding="utf-8")
    streams, clips = tmp_path / "streams.jsonl", tmp_path / "clips.jsonl"
    assert run_data("asr", video, "--out", streams, "--instruction", "Comment.") == 0
    assert run_data("clips", streams, "--out", clips) == 0
    assert run_data("check", streams, clips, "--video-root", tmp_path) == 0
    first, second = read_samples(clips)
    assert (first.text, first.previous) == ("Comment.", "Reds against blues.")
    assert second.previous.endswith(" w22 w23")
    assert (second.video_start, second.video_end, len(second.text_stream)) == (12, 36, 48)
    assert "left out: 1 clips with fewer than 48 words" in capsys.readouterr().err


@pytest.mark.skipif(find_spec("faster_whisper") is not None, reason="faster-whisper is installed")
@pytest.mark.parametrize(
    ("more", "advice"),
    [((), "give --whisper-model"), (("--whisper-model", "tiny"), 'install -e ".[asr]"')],
)
def test_a_missing_transcript_says_what_to_do(
    tmp_path: Path, more: tuple[str, ...], advice: str
) -> None:
    write_video(tmp_path / "game.mp4", seconds=1)
    arguments = ("asr", tmp_path / "game.mp4", "--out", tmp_path / "s.jsonl", *more)
    assert advice in refused(*arguments)


def test_transcripts_go_into_a_folder_that_is_made_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "faster_whisper.py").write_text(RECOGNISER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "faster_whisper", raising=False)
    write_video(tmp_path / "game.mp4", seconds=2)
    out, folder = tmp_path / "s.jsonl", tmp_path / "made" / "here"
    arguments = ("asr", tmp_path / "game.mp4", "--out", out, "--transcripts")
    assert run_data(*arguments, folder, "--whisper-model", "tiny", "--language", "en") == 0
    assert (folder / "game.json").is_file()
    # A model that cannot be loaded would be named: it is not even tried.
    (tmp_path / "file").touch()
    told = refused(*arguments, tmp_path / "file", "--whisper-model", "none")
    assert "cannot make the folder" in told
    monkeypatch.delitem(sys.modules, "faster_whisper")


def test_a_video_that_cannot_be_used_stops_or_is_left_out_as_the_user_chose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    videos = [tmp_path / f"{name}.mp4" for name in ("broken", "game")]
    videos[0].write_bytes(b"no video at all")
    write_video(videos[1], seconds=1)
    for video in videos:
        video.with_suffix(".json").write_text("[]", encoding="utf-8")
    out, skip = tmp_path / "streams.jsonl", ("--on-bad-line", "skip")
    assert "broken.mp4" in refused("asr", *videos, "--out", out)
    assert run_data("asr", *videos, "--out", out, *skip) == 0
    assert "left out: cannot read the video" in capsys.readouterr().err
    assert [sample.video for sample in read_samples(out)] == [str(videos[1])]
    kept = out.read_bytes()
    assert "none of the videos can be used" in refused("asr", videos[0], "--out", out, *skip)
    assert out.read_bytes() == kept


def test_an_introduction_in_another_encoding_is_refused_in_one_sentence(tmp_path: Path) -> None:
    video = tmp_path / "game.mp4"
    write_video(video, seconds=1)
    video.with_suffix(".json").write_text("[]", encoding="utf-8")
    video.with_suffix(".txt").write_text("Bayern M\u00fcnchen", encoding="latin-1")
    told = refused("asr", video, "--out", tmp_path / "streams.jsonl")
    assert "game.txt is not UTF-8 text" in told
    assert "\n" not in told


def test_a_bad_line_is_named_and_stops_or_is_skipped_as_the_user_chose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], chat_endpoint: ChatEndpoint
) -> None:
    streams = write_streams(tmp_path / "streams.jsonl")
    good = streams.read_bytes()
    streams.write_bytes(good + b"{broken\n" + good)
    clips = tmp_path / "clips.jsonl"
    cut = ("clips", streams, "--out", clips, "--min-words", "0")
    assert f"{streams}, line 2: not JSON" in refused(*cut)
    assert not clips.exists()
    assert run_data(*cut, "--on-bad-line", "skip") == 0
    assert f"{streams}, line 2: not JSON" in capsys.readouterr().err
    assert sum(1 for _ in read_samples(clips)) == 2 * (120 * NUM_PIECES // 12 - 1)
    chat_endpoint.answer = clean_reply
    assert run_data(*clean_arguments(tmp_path, chat_endpoint, "--on-bad-line", "skip")) == 0
    assert capsys.readouterr().err.count("line 2: not JSON") == 1
    assert len(chat_endpoint.questions) == NUM_PIECES  # the same stream twice is paid for once


def test_check_names_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_video(tmp_path / "game.mp4", seconds=4)
    path = tmp_path / "clips.jsonl"
    swapped = (Word(1, 2, "b"), Word(0, 1, "a"), Word(8, 9, "late"))
    asked = QuestionAnswer(None, 1.5, "Who leads?", "Reds.")
    write_samples(
        path,
        [
            Sample("game.mp4", 0, 4),
            Sample("game.mp4", 0, 8, text_stream=swapped),
            Sample("lost.mp4", 0, 4),
            Sample("game.mp4", 0, 0.5),
            Sample("game.mp4", 0, 4, qa_stream=(asked, asked)),
        ],
    )
    path.write_bytes(path.read_bytes() + b"{}\n")
    seeks_path(path).write_text("[0]", encoding="utf-8")
    assert run_data("check", path, "--video-root", tmp_path) == 1
    told = capsys.readouterr().err
    for fault in (
        "line 6: ",
        "sample 2 (game.mp4, 0 to 8 s): 1 words end outside of it, the first is 'late'",
        "the words are not in order: 'a' ends before 'b'",
        "sample 2 (game.mp4, 0 to 8 s): the video lasts only 4 s",
        "lost.mp4",
        "sample 4 (game.mp4, 0 to 0.5 s): a clip of 0.5 s holds no chunk of 1 s",
        "sample 5 (game.mp4, 0 to 4 s): two questions at 1.5 s",
        "lists 1 samples",
        "8 faults",
    ):
        assert fault in told


@pytest.mark.parametrize(
    "command", [("clips", "--min-words", "0"), ("anneal", "--no-judge", "--min-words-per-s", "0")]
)
def test_a_stream_with_words_outside_of_it_is_a_bad_line(
    tmp_path: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    streams, out = tmp_path / "streams.jsonl", tmp_path / "out.jsonl"
    good = Sample("good.mp4", 0, 24, text_stream=tuple(Word(i, i + 1, "w") for i in range(24)))
    bad = replace(good, video="bad.mp4", text_stream=(Word(24, 25, "late"),))
    write_samples(streams, [bad, good])
    name, *more = command
    told = refused(name, streams, "--out", out, *more)
    assert f"{streams}, line 1: the word 'late' ends at 25 s, outside of bad.mp4" in told
    assert not out.exists()
    assert run_data(name, streams, "--out", out, *more, "--on-bad-line", "skip") == 0
    assert {sample.video for sample in read_samples(out)} == {"good.mp4"}
    assert f"{streams}, line 1: the word 'late'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["clips", "anneal"])
def test_an_output_never_replaces_its_input(tmp_path: Path, name: str) -> None:
    streams = write_streams(tmp_path / "streams.jsonl")
    before = streams.read_bytes()
    assert "replace its own input" in refused(name, streams, "--out", streams)
    missing = tmp_path / "missing" / "out.jsonl"
    assert "does not exist; make it first" in refused(name, streams, "--out", missing)
    assert "is a folder; name a file in it" in refused(name, streams, "--out", tmp_path)
    (tmp_path / "out.jsonl.partial").mkdir()
    assert "cannot write" in refused(name, streams, "--out", tmp_path / "out.jsonl")
    assert streams.read_bytes() == before
