"""`kibitz evaluate inf-streams` and `livesports3k-cc`: their options. Nothing heavy loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import add_workers, require_plots, say, some_of
from engine.config import LIKELIEST, SamplingConfig, StreamingConfig
from engine.data.chat_client import ChatConfig, require_client_library
from engine.data.costs import Prices
from engine.errors import ConfigError
from engine.evaluation.judge.prompts import PROMPTS

if TYPE_CHECKING:
    import argparse

    from engine.evaluation.commentary.candidates import Before, Candidate, Layout
    from engine.evaluation.commentary.settings import CommentarySettings
    from engine.evaluation.judge.judging import JudgeSettings

_GIB = 2**30
SCHEMES = ("streaming", "full", "window", "window_overlap")
MODES = ("infinite", "chunks")
BEFORE: tuple[Before, ...] = ("people", "own", "nothing")
LAYOUTS: tuple[Layout, ...] = ("streaming", "livecc")

_DESCRIPTION = """\
Lets candidates comment on videos, holds what they say against what people said there, and has a
judge compare the first candidate with each other one. Writes report.md, report.json, plots, and
the words of each candidate that had none written before. Finished pieces and the judge's replies
are kept in OUT: after a stop, even kill -9, the same command goes on from there.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of both suites."""
    parser.description = _DESCRIPTION
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="or its .jsonl")
    parser.add_argument("--out", type=Path, metavar="DIR", help="(default: the suite's name)")
    _add_candidates(parser)
    _add_scope(parser)
    _add_judge(parser)
    _add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Run the suite; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. What is finished is kept.
    """
    require_plots()
    if args.api or args.judge_model:
        require_client_library()
    settings = settings_of(args)
    from engine.evaluation.commentary.suite import evaluate

    report = evaluate(settings, say)
    if report is None:
        return 1
    say(f"the report is {report}")
    return 0


def settings_of(args: argparse.Namespace) -> CommentarySettings:
    """The settings that parsed arguments ask for.

    Raises:
        ConfigError: A value is out of its range.
    """
    from engine.evaluation.commentary.settings import CommentarySettings
    from engine.evaluation.pool import PoolSettings

    return CommentarySettings(
        args.suite,
        tuple(_candidates(args)),
        args.data,
        args.out or Path(args.suite),
        PoolSettings(args.workers, args.threads, args.ray_address),
        start_s=args.start,
        max_s=args.max_seconds,
        segment_s=args.segment,
        min_words=args.min_words,
        within_s=args.within,
        seed=args.seed,
        judge=_judge(args),
        length_control=args.length_control,
        yes=args.yes,
    )


def _candidates(args: argparse.Namespace) -> list[Candidate]:
    """In the order: our models, files, endpoints."""
    from engine.evaluation.commentary.candidates import EndpointCandidate, FileCandidate

    found: list[Candidate] = [*_streams(args)]
    for text in args.precomputed:
        name, path = _named(text, "--precomputed NAME=FILE")
        found.append(FileCandidate(name, Path(path)))
    for text in args.api:
        name, rest = _named(text, "--api NAME=MODEL@URL")
        model, at, url = rest.partition("@")
        if not at:
            raise ConfigError(f"--api wants NAME=MODEL@URL, not {text!r}")
        chat = ChatConfig(url, model, args.api_key_variable, timeout_s=args.timeout)
        found.append(
            EndpointCandidate(
                name,
                chat,
                args.fps,
                args.chunk,
                instruction=args.instruction,
                before=args.before,
            )
        )
    return found


def _streams(args: argparse.Namespace) -> list[Candidate]:
    from engine.evaluation.commentary.candidates import StreamCandidate
    from engine.evaluation.provenance import fingerprint
    from engine.model.checkpoint import find_folder

    names = args.model or ([] if args.precomputed or args.api else ["bundled"])
    sampling = _sampling(args)
    max_gib: float | None = args.max_cache_gib
    return [
        StreamCandidate(
            f"{name}, {scheme}, {mode}",
            name,
            fingerprint(find_folder(name)),
            replace(StreamingConfig(), scheme=scheme, sample_fps=args.fps),
            sampling,
            args.chunk if mode == "chunks" else None,
            args.instruction,
            args.before,
            args.layout or layout_of(name),
            None if max_gib is None else max(1, round(max_gib * _GIB)),
        )
        for name in names
        for scheme in args.schemes
        for mode in args.modes
    ]


def layout_of(model: str) -> Layout:
    """LiveCC's checkpoints want their own; the name is all that tells them from Qwen2-VL's."""
    return "livecc" if "livecc" in Path(model).name.lower() else "streaming"


def _sampling(args: argparse.Namespace) -> SamplingConfig:
    """The paper's, unless told otherwise."""
    if args.greedy:
        return LIKELIEST
    asked = {"temperature": args.temperature, "repetition_penalty": args.repetition_penalty}
    return replace(
        SamplingConfig(), **{name: value for name, value in asked.items() if value is not None}
    )


def _judge(args: argparse.Namespace) -> JudgeSettings | None:
    if args.judge_model is None and args.judge_endpoint is None:
        return None
    if args.judge_model is None or args.judge_endpoint is None:
        raise ConfigError("a judge needs both --judge-endpoint and --judge-model")
    from engine.evaluation.judge.judging import JudgeSettings

    prompt = args.judge_prompt or ("livecc" if args.suite == "livesports3k-cc" else "own")
    rules, temperature = PROMPTS[prompt], args.judge_temperature
    chat = ChatConfig(
        args.judge_endpoint,
        args.judge_model,
        args.judge_key_variable,
        timeout_s=args.timeout,
        temperature=rules.temperature if temperature is None else temperature,
        seed=rules.seed,
    )
    prices = Prices(args.price_in, args.price_out)
    return JudgeSettings(chat, prompt, prices, args.parallel, args.yes)


def _named(text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ConfigError(f"expected {form}, not {text!r}")
    return name, value


def _add_candidates(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("candidates; the first is compared with each other one")
    group.add_argument(
        "--model",
        nargs="+",
        action="extend",
        metavar="M",
        help='"bundled" (the default if there is no other candidate), a folder, or a hub id',
    )
    for option, names, usual, form in (
        ("--schemes", SCHEMES, "streaming", "S,S"),
        ("--modes", MODES, "infinite", "M,M"),
    ):
        group.add_argument(
            option,
            type=some_of(names),
            default=(usual,),
            metavar=form,
            help=f"all or some of {', '.join(names)} (default: {usual})",
        )
    group.add_argument("--chunk", type=float, default=100.0, metavar="S", help="of the chunk mode")
    group.add_argument("--fps", type=float, default=2.0, help="frames a second (default: 2)")
    group.add_argument(
        "--before",
        choices=BEFORE,
        default="people",
        help="what a stream or chunk is told was said before it: people's words (the default, as "
        "published), the candidate's own since the start, or nothing",
    )
    group.add_argument(
        "--layout",
        choices=LAYOUTS,
        help="where it is told (default: LiveCC's for checkpoints of that name)",
    )
    group.add_argument("--temperature", type=float, metavar="T", help="of our models (0.9)")
    group.add_argument("--repetition-penalty", type=float, metavar="P", help="(1.05)")
    group.add_argument("--greedy", action="store_true", help="instead of any sampling")
    group.add_argument(
        "--instruction",
        help='for models that were not trained on commentary; "{title}" is the video\'s title',
    )
    group.add_argument(
        "--precomputed",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help='JSONL with {"video": ..., "content": [[start, end, text], ...]} or video and pred',
    )
    group.add_argument(
        "--api",
        action="append",
        default=[],
        metavar="NAME=MODEL@URL",
        help="a vision model behind an OpenAI-compatible endpoint, given the same frames in chunks",
    )
    group.add_argument(
        "--api-key-variable",
        default="OPENAI_API_KEY",
        metavar="NAME",
        help="that holds the key for --api (default: %(default)s)",
    )


def _add_scope(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "what of it; all but --seed for inf-streams only, clips are judged whole"
    )
    group.add_argument("--start", type=float, default=1000.0, metavar="S", help="(default: 1000)")
    group.add_argument("--max-seconds", type=float, metavar="S", help="of each game")
    group.add_argument("--segment", type=float, default=100.0, metavar="S", help="(default: 100)")
    group.add_argument("--min-words", type=int, default=200, metavar="N", help="(default: 200)")
    group.add_argument("--within", type=float, default=5.0, metavar="S", help="in time (5 s)")
    group.add_argument("--seed", type=int, default=0)


def _add_judge(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("judge")
    group.add_argument("--judge-endpoint", metavar="URL", help="OpenAI-compatible")
    group.add_argument("--judge-model", metavar="MODEL")
    group.add_argument(
        "--judge-prompt",
        choices=tuple(PROMPTS),
        help="(default: own; livecc for livesports3k-cc)",
    )
    group.add_argument(
        "--judge-key-variable",
        default="OPENAI_API_KEY",
        metavar="NAME",
        help="that holds the judge's key (default: %(default)s)",
    )
    group.add_argument(
        "--judge-temperature",
        type=float,
        metavar="T",
        help="(default: 0 with the prompt livecc, otherwise the endpoint's own)",
    )
    group.add_argument("--price-in", type=float, metavar="P", help="per million tokens")
    group.add_argument("--price-out", type=float, metavar="P", help="per million tokens")
    group.add_argument("--parallel", type=int, default=4, metavar="N", help="questions at once")
    group.add_argument("--timeout", type=float, default=120.0, metavar="S", help="of a request")
    group.add_argument("--length-control", action="store_true", help="also at equal length")
    group.add_argument("--yes", action="store_true", help="do not ask whether costs are agreed to")


def _add_machine(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("machine")
    add_workers(group)
    group.add_argument(
        "--max-cache-gib", type=float, metavar="G", help="where full attention falls silent"
    )
