"""The options by which `kibitz run` tells the commentator how to speak."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import SteeringError
from app.steering.instruction import compose, follows_instructions
from app.steering.languages import LANGUAGES
from app.steering.presets import Preset
from app.steering.settings import MAX_TALKATIVENESS, SteeringSettings
from app.steering.words import parse_rule

if TYPE_CHECKING:
    import argparse

    from app.session.request import SessionRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    group = parser.add_argument_group(
        "steering the commentary; the bundled model takes no instruction, title, names or language"
    )
    group.add_argument(
        "--preset",
        type=Preset,
        choices=tuple(preset for preset in Preset if preset is not Preset.CUSTOM),
        default=Preset.NONE,
        metavar="NAME",
        help="how to comment: "
        + ", ".join(preset.value for preset in Preset if preset is not Preset.CUSTOM),
    )
    group.add_argument("--instruction", default="", metavar="TEXT", help="the same in your words")
    group.add_argument("--title", default="", metavar="TEXT", help="what is being watched")
    group.add_argument("--names", default="", metavar="TEXT", help="who can be seen")
    group.add_argument(
        "--glossary", default="", metavar="TEXT", help="words of the trade and what they mean"
    )
    group.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help=f"language that the model is asked to speak, of {','.join(LANGUAGES)}",
    )
    group.add_argument(
        "--talkativeness",
        type=float,
        default=0.0,
        metavar="N",
        help=f"from {-MAX_TALKATIVENESS:g} (hardly ever speaks) to {MAX_TALKATIVENESS:g} (always "
        "speaks); 0 is the model's own way",
    )
    group.add_argument(
        "--replace",
        action="append",
        default=[],
        metavar="WORD=INSTEAD",
        help="say INSTEAD for WORD, or leave WORD out where nothing stands behind the equals sign; "
        "may be given several times",
    )
    group.add_argument(
        "--no-governor",
        action="store_true",
        help="do not look less closely where the model is too slow for the source",
    )


def steered(request: SessionRequest, args: argparse.Namespace) -> SessionRequest:
    """`request` with what the options say.

    Raises:
        SteeringError: An option does not fit.
    """
    if args.instruction and args.preset is not Preset.NONE:
        raise SteeringError("Give --preset or --instruction, not both.")
    steering = SteeringSettings(
        preset=Preset.CUSTOM if args.instruction else args.preset,
        custom=args.instruction,
        title=args.title,
        names=args.names,
        glossary=args.glossary,
        language=args.language,
        talkativeness=args.talkativeness,
        words=tuple(parse_rule(text) for text in args.replace),
    )
    instruction = compose(steering)
    if instruction and not follows_instructions(request.model):
        raise SteeringError(
            "The bundled model follows no instruction; leave out --preset, --instruction, --title, "
            "--names, --glossary and --language, or choose another --model."
        )
    sampling = replace(request.effective_sampling, talkativeness=steering.talkativeness)
    return replace(
        request,
        instruction=instruction,
        sampling=sampling,
        words=steering.words,
        is_governed=not args.no_governor,
    )
