"""A vision-language model to put behind an endpoint: transformers' own forward pass answers."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from engine import load_model
from engine.vision import patches_of
from tests.support.chat import Says

if TYPE_CHECKING:
    from pathlib import Path

    from engine.vision import ClipPatches
    from tests.support.chat import Question

_MOST_TOKENS = 24


class ServedModel:
    """Answers what a `ChatEndpoint` is asked: assign it to the endpoint's `answer`.

    Pictures are given to the model as one clip behind the text.

    Args:
        folder: Of a checkpoint.
        choices: All that it may answer, of which it takes the one that the question makes likelier
            than it is anyway; without any it writes freely, the likeliest token after the other.
    """

    def __init__(self, folder: Path, choices: tuple[str, ...] = ()) -> None:
        self._model = load_model(folder, device="cpu", dtype="float32")
        self._choices = choices
        self._turn = threading.Lock()  # the endpoint asks in threads, and processors are few

    def __call__(self, question: Question) -> Says:
        """The answer, with the tokens that it took."""
        with self._turn:
            return self._choose(question) if self._choices else self._write(question)

    @torch.inference_mode()
    def log_likelihood(self, question: Question, reply: str) -> float:
        """How likely the model finds a reply, summed over its tokens."""
        clip, said = self._clip(question), self._encode(reply)
        asked = self._prompt(question, clip)
        logits = self._model.network(**self._inputs([*asked, *said], clip)).logits[0]
        chances = logits[len(asked) - 1 : -1].log_softmax(-1)
        return float(chances.gather(1, torch.tensor(said)[:, None]).sum())

    def _choose(self, question: Question) -> Says:
        nothing = replace(question, user="")

        def owed_to_the_question(reply: str) -> float:
            return self.log_likelihood(question, reply) - self.log_likelihood(nothing, reply)

        chosen = max(self._choices, key=owed_to_the_question)
        asked = self._prompt(question, self._clip(question))
        return Says(chosen, "stop", len(asked), len(self._encode(chosen)))

    @torch.inference_mode()
    def _write(self, question: Question) -> Says:
        clip = self._clip(question)
        asked = self._prompt(question, clip)
        inputs = self._inputs(asked, clip)
        whole = self._model.network.generate(**inputs, do_sample=False, max_new_tokens=_MOST_TOKENS)
        written: list[int] = whole[0, len(asked) :].tolist()
        ended = written[-1] in self._model.defaults.end_tokens
        text = self._model.chat.decode(written)
        return Says(text, "stop" if ended else "length", len(asked), len(written))

    def _clip(self, question: Question) -> ClipPatches | None:
        if not question.images:
            return None
        pictures = (Image.open(io.BytesIO(image)) for image in question.images)
        return patches_of(np.stack([np.asarray(each) for each in pictures]), self._model.patches)

    def _prompt(self, question: Question, clip: ClipPatches | None) -> list[int]:
        """Ids up to where the reply begins, as the checkpoint's chat template has them."""
        special = self._model.chat.special
        pads = [special.video_pad] * (clip.num_tokens if clip else 0)
        pictures = [special.vision_start, *pads, special.vision_end] if clip else []
        turns = [
            *(self._turn_of("system", question.system) if question.system else []),
            *self._turn_of("user", question.user, pictures),
        ]
        return [*turns, special.turn_start, *self._encode("assistant\n")]

    def _turn_of(self, role: str, text: str, pictures: list[int] | None = None) -> list[int]:
        special = self._model.chat.special
        said = self._encode(f"{role}\n{text}")
        return [special.turn_start, *said, *(pictures or []), special.turn_end, *self._encode("\n")]

    def _encode(self, text: str) -> list[int]:
        return list(self._model.chat.encode(text))

    def _inputs(self, token_ids: list[int], clip: ClipPatches | None) -> dict[str, Any]:
        ids = torch.tensor([token_ids])
        is_pad = ids == self._model.chat.special.video_pad
        inputs = {
            "input_ids": ids,
            "attention_mask": torch.ones_like(ids),
            "mm_token_type_ids": is_pad.int() * 2,
        }
        if clip is None:
            return inputs
        seen = {
            "pixel_values_videos": clip.pixel_values,
            "video_grid_thw": torch.tensor([clip.patch_grid]),
            "second_per_grid_ts": torch.tensor([1.0]),
        }
        return inputs | seen
