from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter

from app.subtitles.settings import Alignment, SubtitleStyle
from app.subtitles.view import SubtitleView
from ui.subtitles.renderer import SubtitleRenderer

BLUE = QColor("#0000ff")
LETTERS, OUTLINE, BOX = QColor("#ffffff"), QColor("#ff0000"), QColor("#00ff00")
AREA = QRectF(0, 0, 600, 120)
CHINESE, ARABIC = "猎鹰队进球了", "سجل الهدف"  # "the Falcons scored", "the goal was scored"
STYLE = SubtitleStyle(
    colour="#ffffff", outline_colour="#ff0000", background_colour="#00ff00", background_opacity=1
)


def painted(renderer: SubtitleRenderer, *paragraphs: str, opacity: float = 1.0) -> QImage:
    """The subtitles on blue."""
    image = QImage(int(AREA.width()), int(AREA.height()), QImage.Format.Format_RGB32)
    image.fill(BLUE)
    painter = QPainter(image)
    renderer.paint(painter, AREA, SubtitleView(paragraphs, opacity))
    painter.end()
    return image


def places_of(image: QImage, colour: QColor) -> list[tuple[int, int]]:
    """Where exactly this colour is."""
    width, height, wanted = image.width(), image.height(), colour.rgb()
    return [(x, y) for y in range(height) for x in range(width) if image.pixel(x, y) == wanted]


def columns_of(image: QImage, colour: QColor) -> tuple[int, int]:
    """The first and the last column with this colour."""
    columns = [x for x, _ in places_of(image, colour)]
    return min(columns), max(columns)


def need_font_for(text: str) -> None:
    """Skip the test where no font has this writing."""
    systems = QFontDatabase.WritingSystem
    system = systems.Arabic if text == ARABIC else systems.SimplifiedChinese
    if not QFontDatabase.families(system):
        pytest.skip(f"no font has {system.name} letters (python3 start.py test installs one)")


def test_letters_outline_and_box_have_their_colours() -> None:
    image = painted(SubtitleRenderer(STYLE), "Goal!")
    letters, outline = columns_of(image, LETTERS), columns_of(image, OUTLINE)
    box = columns_of(image, BOX)
    assert box[0] < outline[0] < letters[0] < letters[1] < outline[1] < box[1]
    assert image.pixelColor(2, 2) == BLUE


def test_fading_lets_more_and_more_be_seen() -> None:
    renderer = SubtitleRenderer(STYLE)
    middle = renderer.box(SubtitleView(("Goal!",)), AREA).topLeft().toPoint()
    blues = [
        painted(renderer, "Goal!", opacity=opacity)
        .pixelColor(middle.x() + 12, middle.y() + 6)
        .blue()
        for opacity in (1.0, 0.6, 0.2)
    ]
    assert blues == sorted(blues)
    assert blues[0] == 0
    assert blues[2] > 150


@pytest.mark.parametrize("alignment", Alignment)
def test_lines_are_aligned(alignment: Alignment) -> None:
    style = SubtitleStyle(alignment=alignment, num_lines=2)
    box = SubtitleRenderer(style).box(SubtitleView(("Goal!",)), AREA)
    left, right = box.left() - AREA.left(), AREA.right() - box.right()
    assert {
        Alignment.LEFT: left < 1 < right,
        Alignment.CENTRE: abs(left - right) < 2 < left,
        Alignment.RIGHT: right < 1 < left,
    }[alignment]


def test_only_the_last_lines_are_shown_and_only_what_fits_fits() -> None:
    renderer = SubtitleRenderer(SubtitleStyle(num_lines=2, size_pt=20))
    one = renderer.box(SubtitleView(("One",)), AREA).height()
    two = renderer.box(SubtitleView(("One", "Two")), AREA).height()
    three = renderer.box(SubtitleView(("One", "Two", "Three")), AREA).height()
    assert one < two == three <= renderer.height + 1
    assert renderer.fits("A short one.", AREA)
    assert not renderer.fits("A long one. " * 12, AREA)


@pytest.mark.parametrize("alignment", Alignment)
def test_lines_of_settled_text_are_equally_long(alignment: Alignment) -> None:
    renderer = SubtitleRenderer(SubtitleStyle(size_pt=20, alignment=alignment))
    text = "Strong challenge, and now the ball goes to the Sharks again."
    growing = renderer.box(SubtitleView((text,)), AREA)
    settled = renderer.box(SubtitleView((text,), is_settled=True), AREA)
    assert settled.height() == growing.height()
    assert settled.width() < growing.width() - 40
    assert settled.left() > growing.left() or alignment is Alignment.LEFT
    assert settled.right() < growing.right() or alignment is Alignment.RIGHT
    word = SubtitleView(("unbreakable" * 6,), is_settled=True)
    assert AREA.adjusted(-1, -1, 1, 1).contains(renderer.box(word, AREA))


def test_a_low_surface_shows_fewer_lines() -> None:
    renderer = SubtitleRenderer(SubtitleStyle(num_lines=3, size_pt=20))
    low = QRectF(0, 0, 600, 60)
    box = renderer.box(SubtitleView(("One", "Two", "Three")), low)
    assert low.contains(box.adjusted(0, 1, 0, -1))


@pytest.mark.parametrize("text", [CHINESE, ARABIC])
def test_other_scripts_are_drawn_with_an_outline(text: str) -> None:
    need_font_for(text)
    renderer = SubtitleRenderer(STYLE)
    image = painted(renderer, text)
    unknown = painted(renderer, "\U000f0000" * len(text))  # no font has it: a box for each letter
    assert len(places_of(image, LETTERS)) > 100
    assert len(places_of(image, OUTLINE)) > 100
    assert image != unknown


def ink_at_the_right_end(renderer: SubtitleRenderer, text: str) -> int:
    """How many pixels of the last hundred columns belong to letters."""
    return sum(x >= 500 for x, _ in places_of(painted(renderer, text), LETTERS))


def test_a_line_that_begins_in_arabic_begins_on_the_right() -> None:
    need_font_for(ARABIC)
    renderer = SubtitleRenderer(replace(STYLE, alignment=Alignment.RIGHT, num_lines=1))
    arabic, latin = (ink_at_the_right_end(renderer, text) for text in (ARABIC, "Falcons"))
    assert arabic != pytest.approx(latin, rel=0.15)  # else the next line would say nothing
    assert ink_at_the_right_end(renderer, f"{ARABIC} Falcons") == pytest.approx(arabic, rel=0.05)
