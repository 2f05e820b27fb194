"""What is kept: rules that hold for any windows and any replies."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from engine.cache import policy, reference
from engine.cache.layout import Kept, Layout, slots
from engine.cache.policy import Windows
from engine.cache.positions import PositionRule, contiguous_positions
from engine.cache.reference import Patterns
from engine.cache.segments import Piece, SegmentKind
from engine.cache.usage import Bound

START, END, NEWLINE, LOOK, SEEN, PAD = 900, 901, 902, 903, 904, 905
MARKER, TIME, PREVIOUS, USER, ASSISTANT = 906, 907, 908, 909, 910
MAX_REPLY = 9
PATTERNS = Patterns(
    turn_end=END,
    vision_start=LOOK,
    vision_end=SEEN,
    video_pad=PAD,
    newline=NEWLINE,
    time=TIME,
    previous_open=(START, PREVIOUS, NEWLINE),
    user_open=(START, USER),
    reply_open=(START, ASSISTANT),
    reply_head_tokens=3,
)

windows = st.builds(
    Windows,
    vision_rounds=st.integers(0, 5),
    text_rounds=st.integers(0, 5),
    sink_tokens=st.integers(0, 6),
    previous_text_tokens=st.integers(0, 9),
)
reply = st.lists(st.integers(0, 99), max_size=MAX_REPLY - 1)
replies = st.lists(reply, min_size=1, max_size=14)


@dataclass
class Stream:
    """A context driven as a stream drives it, with numbers for words."""

    windows: Windows
    layout: Layout = field(default_factory=Layout)
    bound: Bound = field(init=False)

    def __post_init__(self) -> None:
        self.bound = Bound(self.windows, {SegmentKind.REPLY: MAX_REPLY, SegmentKind.REPLY_TAIL: 2})
        self._append([Piece(SegmentKind.SYSTEM, (START, 1, 2, END, NEWLINE))], None)
        self._append([Piece(SegmentKind.PREVIOUS_HEAD, PATTERNS.previous_open)], None)
        self._append([Piece(SegmentKind.PREVIOUS_TAIL, (END, NEWLINE))], None)

    def speak(self, words: list[int], index: int) -> None:
        """Append one round with its reply."""
        clip = (LOOK, PAD, PAD, PAD, PAD, SEEN)
        self._append(
            [
                Piece(SegmentKind.USER_HEAD, (START, USER, NEWLINE)),
                Piece(SegmentKind.TIME, (TIME, 500 + index)),
                Piece(SegmentKind.VISION, clip, (1, 2, 2)),
                Piece(SegmentKind.USER_TAIL, (END, NEWLINE)),
                Piece(SegmentKind.REPLY_HEAD, (START, ASSISTANT, NEWLINE)),
                Piece(SegmentKind.REPLY, tuple(words)),
                Piece(SegmentKind.MARKER, (MARKER,)),
                Piece(SegmentKind.REPLY_TAIL, (END, NEWLINE)),
            ],
            index,
        )

    def plan(self, index: int) -> list[Kept]:
        """What stays before round `index`."""
        return policy.plan(self.layout.ranges(), self.windows, index)

    def previous_text(self) -> list[int]:
        """Ids of the previous text's content."""
        return [
            token
            for part in self.layout.ranges()
            if part.kind == SegmentKind.PREVIOUS_TEXT
            for token in self.layout.ids[part.start : part.stop]
        ]

    def rounds_with(self, kind: SegmentKind) -> set[int | None]:
        """Rounds that have a segment of this kind."""
        return {part.round_index for part in self.layout.segments if part.kind == kind}

    def _append(self, pieces: list[Piece], index: int | None) -> None:
        self.bound.see(pieces)
        self.layout.append_all(pieces, index)


@given(windows=windows, replies=replies)
def test_each_window_keeps_its_rounds_and_never_more_than_the_bound(
    windows: Windows, replies: list[list[int]]
) -> None:
    stream = Stream(windows)
    for index, words in enumerate(replies):
        stream.layout.keep(stream.plan(index))
        stream.speak(words, index)
        vision = range(max(0, index + 1 - windows.speaking_vision_rounds), index + 1)
        text = range(max(0, index + 1 - windows.speaking_text_rounds), index + 1)
        assert stream.rounds_with(SegmentKind.VISION) == set(vision)
        assert stream.rounds_with(SegmentKind.REPLY_HEAD) == set(text)
        assert stream.rounds_with(SegmentKind.TIME) == set(text)
        assert stream.rounds_with(SegmentKind.USER_HEAD) == set(vision) | set(text)
        assert len(stream.layout) <= stream.bound.tokens


@given(windows=windows, replies=replies)
def test_previous_text_is_its_oldest_and_newest_words(
    windows: Windows, replies: list[list[int]]
) -> None:
    stream = Stream(windows)
    said: list[int] = []
    for index, words in enumerate([*replies, []]):
        stream.layout.keep(stream.plan(index))
        gone = index - windows.speaking_text_rounds
        if gone >= 0:
            said.extend(replies[gone])
        found, sink = stream.previous_text(), windows.sink_tokens
        assert found[:sink] == said[:sink]
        newest = found[sink:]
        assert newest == said[len(said) - len(newest) :]
        assert len(found) == min(len(said), sink + windows.previous_text_tokens)
        stream.speak(words, index)


@given(windows=windows, replies=replies)
def test_the_head_stays_and_the_rest_keeps_its_order(
    windows: Windows, replies: list[list[int]]
) -> None:
    stream = Stream(windows)
    for index, words in enumerate(replies):
        kept = stream.plan(index)
        assert kept[0].start == 0
        unmoved = [(part.start, part.stop) for part in kept if part.moved_to is None]
        assert unmoved == sorted(unmoved)
        stream.layout.keep(kept)
        stream.speak(words, index)
        assert stream.layout.segments[0].kind == SegmentKind.SYSTEM
        assert sum(part.length for part in stream.layout.segments) == len(stream.layout)


@given(windows=windows, replies=replies)
def test_positions_have_no_gaps(windows: Windows, replies: list[list[int]]) -> None:
    stream = Stream(windows)
    for index, words in enumerate(replies):
        stream.layout.keep(stream.plan(index))
        stream.speak(words, index)
    positions = contiguous_positions(stream.layout.segments, PositionRule(2.0))
    assert positions.shape == (3, len(stream.layout))
    assert set(positions.ravel().tolist()) == set(range(positions.max() + 1))


@given(windows=windows, replies=replies)
def test_the_reference_keeps_the_same_where_no_oddity_shows(
    windows: Windows, replies: list[list[int]]
) -> None:
    """Its window of previous text is one token short, so it is asked for one more."""
    asked = Windows(
        windows.vision_rounds,
        windows.text_rounds,
        windows.sink_tokens,
        windows.previous_text_tokens + 1,
    )
    stream = Stream(windows)
    for index, words in enumerate(replies):
        kept = stream.plan(index)
        by_pattern = reference.plan(stream.layout.ids, PATTERNS, asked, index)
        length = len(stream.layout)
        assert slots(by_pattern, length) == slots(kept, length)
        stream.layout.keep(kept)
        stream.speak(words, index)


def test_a_reply_that_says_time_costs_the_reference_a_clip() -> None:
    replies = [[1, TIME, 2], [3], [4]]
    stream, other = Stream(Windows(6, 3, 2, 2)), Stream(Windows(6, 3, 2, 2))
    for index, words in enumerate(replies):
        stream.layout.keep(stream.plan(index))
        other.layout.keep(reference.plan(other.layout.ids, PATTERNS, other.windows, index))
        stream.speak(words, index)
        other.speak(words, index)
    assert stream.layout.ids == other.layout.ids
    stream.layout.keep(stream.plan(3))
    other.layout.keep(reference.plan(other.layout.ids, PATTERNS, other.windows, 3))
    assert stream.layout.ids.count(PAD) == 12
    assert other.layout.ids.count(PAD) < 12
    assert other.layout.ids.count(USER) < stream.layout.ids.count(USER) == 3


def test_the_reference_places_clips_by_the_streams_first_grids() -> None:
    ids = [7, LOOK, PAD, PAD, SEEN, 8, LOOK, PAD, PAD, PAD, PAD, SEEN]
    rule = PositionRule(2.0, clear_time_axis=True)
    found = reference.positions(ids, PATTERNS, [(1, 1, 2), (1, 1, 2), (1, 2, 2)], rule)
    assert found[2].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert found[1].tolist() == [0, 1, 2, 2, 4, 5, 6, 7, 7, 9, 10, 11]
