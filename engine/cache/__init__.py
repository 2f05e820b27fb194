"""The bounded memory of a stream: which tokens keep their keys and values, and where.

Bookkeeping (`segments`, `layout`, `policy`, `reference`) is plain integers and can be tested
without a model; tensors live in `store` only. All ranges are half-open, all windows are counted
in rounds.

Decisions:
    - Evicting happens at the start of a round, before the new chunk is appended, as in the
      reference implementation. While a round speaks, its own clip counts as one of the
      `vision_window_rounds`; a window of 0 drops a round's share as soon as the round has ended.
    - Keys are stored before rotation beside a rotated copy. Positions change only when a round
      begins, so the copy is rebuilt then and decoding only appends to it. The price is half as
      much memory again as keys and values alone.
    - `policy` is the method as described; `reference` finds its ranges by looking for token
      patterns, as the reference implementation does, since some of its oddities follow from that.

Source: StreamingVLM (arXiv:2510.09608).
"""
