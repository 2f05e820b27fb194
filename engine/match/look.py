"""How a stream looks: grass, kits, camera and noise, drawn once per stream from its seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

Rgb = tuple[int, int, int]

KITS: dict[str, Rgb] = {
    "red": (214, 38, 40),
    "blue": (38, 72, 214),
    "yellow": (240, 216, 44),
    "black": (28, 28, 32),
    "pink": (240, 110, 196),
    "cyan": (60, 220, 226),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about a picture that does not depend on the play.

    Attributes:
        grass, stripe: Colours of the pitch; `num_stripes` 0 is a plain pitch.
        kits: Colours of team 0 and team 1, near their nominal ones.
        zoom: Size of the pitch in the picture, 1 fills it.
        sway_units, sway_period_s: How far and how slowly the camera drifts.
        noise: Standard deviation of the pixel noise, in grey levels.
        gain: Brightness of the whole picture.
    """

    grass: Rgb
    stripe: Rgb
    num_stripes: int
    kits: tuple[Rgb, Rgb]
    zoom: float
    sway_units: float
    sway_period_s: float
    noise: float
    gain: float


def _near(colour: Rgb, spread: int, rng: random.Random) -> Rgb:
    red, green, blue = (min(255, max(0, level + rng.randint(-spread, spread))) for level in colour)
    return red, green, blue


def choose_look(colours: tuple[str, str], rng: random.Random) -> Look:
    """A look for two teams in these kit colours."""
    grass = (rng.randint(36, 78), rng.randint(112, 152), rng.randint(40, 72))
    lighter = rng.randint(6, 18)
    red, green, blue = (min(255, level + lighter) for level in grass)
    return Look(
        grass=grass,
        stripe=(red, green, blue),
        num_stripes=rng.choice((0, 6, 8, 10)),
        kits=(_near(KITS[colours[0]], 12, rng), _near(KITS[colours[1]], 12, rng)),
        zoom=rng.uniform(0.94, 1.03),
        sway_units=rng.uniform(0.0, 0.8),
        sway_period_s=rng.uniform(5.0, 15.0),
        noise=rng.uniform(0.0, 7.0),
        gain=rng.uniform(0.9, 1.08),
    )
