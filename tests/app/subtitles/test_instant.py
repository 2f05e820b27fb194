from __future__ import annotations

from hypothesis import given

from app.subtitles.instant import InstantFlow
from app.subtitles.settings import Pacing
from app.subtitles.view import FADE_S
from tests.app.subtitles.player import Piece, pieces, play


def test_words_appear_as_soon_as_they_are_whole() -> None:
    flow = InstantFlow(Pacing(), 2)
    shown: list[str] = []
    for piece in (" Fal", "cons", " at", "tack", ".", " 进", "球"):
        flow.add(piece, 0.0)
        shown.append(flow.advance(0.0).text)
    assert shown == [
        "",
        "",
        "Falcons",
        "Falcons",
        "Falcons",
        "Falcons attack. 进",
        "Falcons attack. 进球",
    ]
    flow.add(" end", 0.1)
    flow.end_line(0.1)
    assert flow.advance(0.1).text == "Falcons attack. 进球 end"


def test_the_newest_lines_stay_and_fade_in_silence() -> None:
    flow = InstantFlow(Pacing(hold_s=2.0), 2)
    for i, word in enumerate(("One.", "Two.", "Three.")):
        flow.add(f" {word}", float(i))
        flow.end_line(float(i))
    assert flow.advance(2.0).paragraphs == ("Two.", "Three.")
    assert flow.next_change_at == 4.0
    assert 0 < flow.advance(4.0 + FADE_S / 2).opacity < 1
    assert flow.advance(4.0 + FADE_S).is_empty
    assert flow.next_change_at is None


def test_jump_to_now_leaves_the_newest_line() -> None:
    flow = InstantFlow(Pacing(), 3)
    for word in ("One.", "Two."):
        flow.add(word, 0.0)
        flow.end_line(0.0)
    flow.jump_to_now(0.0)
    assert flow.advance(0.0).paragraphs == ("Two.",)


@given(pieces())
def test_every_word_is_seen_at_once_when_its_line_ends(commentary: list[Piece]) -> None:
    flow = InstantFlow(Pacing(), 2)
    for piece in commentary:
        flow.add(piece.text, 0.0)
        flow.end_line(0.0)
        assert flow.advance(0.0).paragraphs[-1] == piece.text.strip()
    play(flow, [])
    assert flow.advance(1e9).is_empty
