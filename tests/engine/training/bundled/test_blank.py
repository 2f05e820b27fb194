"""The model before training: a function of its seed, with heads that look back."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

import torch

from engine import load_model
from engine.config import StreamingConfig
from engine.match import words
from engine.match.events import Zone
from engine.match.simulator import GOALS_TO_WIN
from engine.prompt import ChatLayout
from engine.training.bundled import blank

if TYPE_CHECKING:
    from pathlib import Path


def test_a_seed_decides_weights_and_vocabulary() -> None:
    first, tokenizer = blank.build(3)
    second, same = blank.build(3)
    assert tokenizer.get_vocab() == same.get_vocab()
    for name, weight in first.state_dict().items():
        assert torch.equal(weight, second.state_dict()[name]), name


def test_two_heads_of_the_first_layer_look_one_and_two_tokens_back() -> None:
    network, _ = blank.build(1)
    network.set_attn_implementation("eager")
    ids = torch.randint(20, 500, (1, 40), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        output = network.model.language_model(
            input_ids=ids, use_cache=False, output_attentions=True
        )
    first_layer = output.attentions[0][0]  # (heads, queries, keys)
    for head, distance in ((0, 1), (1, 2)):
        looked_at = first_layer[head].diagonal(-distance)
        assert looked_at[5:].mean() > 0.9


def test_names_colours_and_scores_are_single_tokens_and_the_engine_loads_it(
    tmp_path: Path,
) -> None:
    network, tokenizer = blank.build(1)
    layout = ChatLayout(tokenizer)
    for word in (*words.NAMES, *words.COLOURS, *map(str, range(GOALS_TO_WIN + 1))):
        assert len(layout.encode(f" {word}")) == 1, word
    assert len(layout.marker) == 1
    blank.save(network, tokenizer, tmp_path)
    model = load_model(str(tmp_path))
    assert model.patches == blank.PATCHES


def test_what_is_saved_says_one_data_type_however_it_was_loaded(tmp_path: Path) -> None:
    network, tokenizer = blank.build(1)
    blank.save(network, tokenizer, tmp_path / "learner")
    model = load_model(str(tmp_path / "learner"), device="cpu", dtype="float32")
    blank.save(model.network.to(torch.bfloat16), tokenizer, tmp_path / "model")
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    parts = (config, config["text_config"], config["vision_config"])
    assert {part["dtype"] for part in parts} == {"bfloat16"}


def test_every_phrasing_fits_into_the_tokens_of_a_round() -> None:
    layout = ChatLayout(blank.build(1)[1])
    teams = words.Teams((words.NAMES[0], words.NAMES[1]), (words.COLOURS[0], words.COLOURS[1]))
    fields = {"team": teams.full_name(0), "zone": Zone.TOP_CENTRE, "score": teams.score((2, 1))}
    templates = [*chain.from_iterable(words.PHRASINGS.values()), words.NEW_MATCH]
    for line in (template.format(**fields) for template in templates):
        assert len(layout.reply_ids(line.split())) <= StreamingConfig().max_new_tokens, line
