"""As long as nothing was evicted, streaming equals one forward of transformers' own model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from engine.cache.segments import SegmentKind
from engine.vision import patches_of
from tests.engine.logits import logits_of, one_forward
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from torch import Tensor

    from engine.context import Snapshot
    from engine.vision import ClipPatches

WIDE = {"vision_window_rounds": 99, "text_window_rounds": 99}


class Split(NamedTuple):
    """One round's share of a split."""

    reply_tokens: int
    height: int
    width: int


rounds = st.lists(
    st.builds(Split, st.integers(1, 7), st.sampled_from([56, 84]), st.sampled_from([56, 112])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=rounds, fps=st.sampled_from([1.0, 2.0, 4.0]), seed=st.integers(0, 99))
def test_any_split_into_rounds_equals_one_forward(
    family_model: LoadedModel, rounds: list[Split], fps: float, seed: int
) -> None:
    config = StreamingConfig(sample_fps=fps, **WIDE)
    stream = CommentaryStream(
        family_model, config, SamplingConfig(temperature=0.0), previous_text="Red leads."
    )
    streamed: list[Tensor] = []
    clips: list[ClipPatches] = []
    for index, split in enumerate(rounds):
        frames = noise(
            seed + index, frames=config.frames_per_chunk, height=split.height, width=split.width
        )
        clips.append(patches_of(frames, family_model.patches))
        reply = torch.randint(0, 250, (split.reply_tokens,)).tolist()
        with logits_of(family_model) as logits:
            stream.step(frames, forced_reply=reply)
        streamed.extend(logits)

    snapshot = stream.snapshot()
    expected = one_forward(family_model, snapshot, clips, fps)[asked_for(snapshot, rounds)]
    torch.testing.assert_close(torch.stack(streamed), expected, rtol=0, atol=1e-4)


def asked_for(snapshot: Snapshot, rounds: list[Split]) -> list[int]:
    """Slots after which a token of a reply comes."""
    heads = [part.stop - 1 for part in snapshot.segments if part.kind == SegmentKind.REPLY_HEAD]
    return [
        slot
        for last_of_prompt, split in zip(heads, rounds, strict=True)
        for slot in range(last_of_prompt, last_of_prompt + split.reply_tokens)
    ]
