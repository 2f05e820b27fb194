"""Every family is trained on what it streams, at the positions that it streams it at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine import CommentaryStream, LoadedModel, StreamingConfig
from engine.data.turns import Turn
from engine.training.clip import Clip
from engine.training.collate import ClipCollator
from engine.training.encode import IGNORED
from engine.training.loss import ReplyLoss
from engine.training.model import encoder_of
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from engine.training.encode import EncodedClip

CONFIG = StreamingConfig(sample_fps=4.0, max_new_tokens=99)
TURNS = (Turn(("Kick-off",)), Turn(), Turn(("Goal!",), question="Who?", answer="Red."))


@pytest.fixture
def clip() -> Clip:
    pictures = [noise(seed, frames=4) for seed in range(len(TURNS))]
    return Clip(TURNS, pictures, start_s=7.0, previous_text="Red leads.")


def test_training_equals_streaming_token_for_token(family_model: LoadedModel, clip: Clip) -> None:
    trained = encoder_of(family_model, CONFIG)(clip)
    stream = CommentaryStream(
        family_model, CONFIG, previous_text=clip.previous_text, start_s=clip.start_s
    )
    for turn, frames in zip(clip.turns, clip.pictures, strict=True):
        reply = family_model.chat.reply_ids(turn.spoken)
        stream.step(frames, question=turn.question, forced_reply=reply)
    snapshot = stream.snapshot()
    length = len(snapshot.token_ids)
    np.testing.assert_array_equal(trained.input_ids[:length], snapshot.token_ids)
    np.testing.assert_array_equal(trained.positions[:, :length], snapshot.positions)
    assert len(trained) - length <= 2  # what ends the last turn has not been run yet


def test_the_loss_is_that_of_the_familys_own_forward(family_model: LoadedModel, clip: Clip) -> None:
    encoded = encoder_of(family_model, CONFIG)(clip)
    batch = ClipCollator(0)([encoded])
    labels = batch.pop("labels")
    with torch.inference_mode():
        loss = ReplyLoss()(family_model.network(**batch), labels)
        assert loss.item() == pytest.approx(stock_loss(family_model, encoded), abs=1e-5)


def stock_loss(model: LoadedModel, clip: EncodedClip) -> float:
    """Through the model's own loss and its own positions."""
    ids = torch.from_numpy(clip.input_ids)[None]
    times = {} if model.checkpoint.family.stamps_patches else {"second_per_grid_ts": [0.5] * 3}
    output = model.network(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=(ids == model.chat.special.video_pad).int() * 2,
        pixel_values_videos=clip.patches,
        video_grid_thw=torch.tensor(clip.patch_grids),
        labels=torch.from_numpy(clip.labels)[None],
        **times,
    )
    assert (clip.labels != IGNORED).any()
    loss: float = output.loss.item()
    return loss
