"""Supervised fine-tuning on clips, with plain full attention: the method's training part.

`clip` is what is trained on, `encode` and `collate` turn it into batches, `trainer` runs one
stage, `runs` a whole run of one or two stages, `cli` is `kibitz train`. `bundled` makes the small
model that the program ships.

Decisions:
    - Layout and positions are those of `engine.prompt` and `engine.cache.positions`, which
      streaming uses, too: what is trained is what the cache holds before it evicts anything.
    - transformers' Trainer does the optimizing, sharding, resuming; nothing here patches a model.
    - Weights and optimizer are float32, products bf16: in pure bf16 small updates are lost.

Source: StreamingVLM (arXiv:2510.09608).
"""
