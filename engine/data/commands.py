"""The subcommands of `kibitz data` that need no language model."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from engine.data.asr import TranscriptReader, full_stream
from engine.data.checking import Checker, Summary
from engine.data.clips import ClipOptions, all_clips, check_inside
from engine.data.frames import video_duration_s
from engine.data.samples import read_samples, write_samples
from engine.data.transcribe import Transcriber
from engine.errors import DataError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from engine.data.samples import OnMalformed, Sample

    Say = Callable[[str], None]

Made = TypeVar("Made")


def on_malformed(args: argparse.Namespace) -> OnMalformed:
    """What the user wants done with malformed lines."""
    return "skip" if args.on_bad_line == "skip" else "fail"


def check_output(out: Path, source: Path | None = None) -> None:
    """Refuse, before hours of work, an output that could not be written or would eat its input.

    Raises:
        DataError: The folder does not exist or takes no files, the output is a folder itself, or
            input and output are the same file.
    """
    if not out.parent.is_dir():
        raise DataError(f"the folder {out.parent} does not exist; make it first")
    if out.is_dir():
        raise DataError(f"{out} is a folder; name a file in it with --out")
    if source is not None and out.resolve() == source.resolve():
        raise DataError(f"{out} would replace its own input; choose another --out")
    _check_writable(out)


def _check_writable(path: Path) -> None:
    """Try the file under whose name `path` is going to be written before it is moved there."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.touch()
        partial.unlink()
    except OSError as error:
        raise DataError(
            f"cannot write {path}: {error.strerror}; choose another folder or make room in this one"
        ) from error


def make_streams(args: argparse.Namespace, say: Say) -> int:
    """`kibitz data asr`."""
    check_output(args.out)
    videos = _transcribed(args, say)
    reader = TranscriptReader(args.untimed, on_malformed(args), lambda error: say(f"{error}"))
    summary = Summary()
    streams = _each(videos, args, say, lambda video: _stream_of(video, args, reader, say))
    write_samples(args.out, counted(streams, summary))
    say(f"{args.out}: {summary.describe()}")
    return 0


def _each(
    videos: Iterable[Path], args: argparse.Namespace, say: Say, make: Callable[[Path], Made]
) -> Iterator[Made]:
    """What is made of each video; what cannot be used is left out if the user wants that.

    Raises:
        DataError: A video cannot be used and is not to be left out, or none can be used.
    """
    num_made = 0
    for video in videos:
        try:
            made = make(video)
        except DataError as error:
            if on_malformed(args) == "fail":
                raise
            say(f"left out: {error}")
            continue
        num_made += 1
        yield made
    if not num_made:
        raise DataError("none of the videos can be used; the reasons are above")


def _transcribed(args: argparse.Namespace, say: Say) -> list[Path]:
    """The videos, each with a transcript; where it has none it is made, if a model is named."""
    missing = [video for video in args.videos if not _beside(video, args, ".json").is_file()]
    if not missing:
        return args.videos
    if args.whisper_model is None:
        names = ", ".join(str(_beside(video, args, ".json")) for video in missing)
        raise DataError(f"no transcript {names}; give --whisper-model to make it")
    _make_room(args.transcripts, [_beside(video, args, ".json") for video in missing])
    transcriber = Transcriber(args.whisper_model, args.device)

    def transcribed(video: Path) -> Path:
        if video in missing:
            say(f"{video}: recognising speech")
            transcriber.write_transcript(video, _beside(video, args, ".json"), args.language)
        return video

    return list(_each(args.videos, args, say, transcribed))


def _make_room(folder: Path | None, transcripts: Sequence[Path]) -> None:
    """Make the folder of transcripts and try it, before hours of recognition."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"cannot make the folder {folder}: {error.strerror}; choose another --transcripts"
        ) from error
    for transcript in transcripts:
        _check_writable(transcript)


def _beside(video: Path, args: argparse.Namespace, suffix: str) -> Path:
    """Where the transcript or the introduction of a video lies."""
    folder: Path = args.transcripts or video.parent
    return folder / f"{video.stem}{suffix}"


def _stream_of(video: Path, args: argparse.Namespace, reader: TranscriptReader, say: Say) -> Sample:
    duration_s = video_duration_s(video)
    transcript = reader.read(_beside(video, args, ".json"))
    transcript = reader.fit(transcript, duration_s, str(video))
    if transcript.num_interpolated:
        say(f"{video}: {transcript.num_interpolated} words had no times and got interpolated ones")
    introduction = _introduction(_beside(video, args, ".txt"))
    return full_stream(str(video), duration_s, transcript.words, introduction, args.instruction)


def _introduction(path: Path) -> str:
    """What a file says before the first word; without the file nothing."""
    if not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise DataError(f"cannot read the introduction {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 text (byte {error.start + 1}); save it in that encoding"
        ) from error


def cut(args: argparse.Namespace, say: Say) -> int:
    """`kibitz data clips`."""
    check_output(args.out, args.input)
    options = ClipOptions(args.clip_s, args.overlap_s, args.min_words, args.previous_words)
    summary, num_all = Summary(), 0

    def clips() -> Iterator[Sample]:
        nonlocal num_all
        streams = read_samples(
            args.input, on_malformed(args), lambda error: say(f"{error}"), check_inside
        )
        for clip in (clip for stream in streams for clip in all_clips(stream, options)):
            num_all += 1
            if options.has_enough_words(clip):
                yield clip

    write_samples(args.out, counted(clips(), summary))
    left_out = num_all - summary.num_samples
    say(f"{args.out}: {summary.describe()}")
    say(f"left out: {left_out:,} clips with fewer than {options.required_words} words")
    return 0


def check(args: argparse.Namespace, say: Say) -> int:
    """`kibitz data check`; the exit status tells whether there are faults."""
    checker, num_faults = Checker(args.video_root), 0

    def report(fault: str) -> None:
        nonlocal num_faults
        num_faults += 1
        say(fault)

    for path in args.files:
        say(f"{path}: {checker.check_file(path, report).describe()}")
    say(f"{num_faults:,} faults")
    return 1 if num_faults else 0


def counted(samples: Iterable[Sample], summary: Summary) -> Iterator[Sample]:
    for sample in samples:
        summary.add(sample)
        yield sample
