"""Public suites of questions about videos, by thin readers of their own file formats.

Every question is answered in two modes that are never mixed: *standard*, frames sampled evenly from
the video in one prompt, as published numbers are made; and *streaming*, second after second into
the bounded cache, the question asked when its time comes.

lmms-eval and VLMEvalKit were considered as libraries and not taken: they have no place for a
question in mid-stream, and they count a reply without an answer as a random choice or take the
first capital letter of any word for one. Here such replies are counted apart.

Direction: `command` -> `suite` -> `answerers`, `catalogue` -> readers -> `items`; `report` ->
`scores` -> `answers`. All but `suite` and `answerers` do without torch.
"""
