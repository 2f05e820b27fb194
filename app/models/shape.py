"""The sizes of a model on which its speed depends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelShape:
    """As its `config.json` has them.

    Attributes:
        layers, width, heads, kv_heads, head_size: Of the text decoder.
        vocabulary: Rows of its head, which is also its embedding where `is_tied`.
        vision_width: Of the vision tower.
        vision_full_layers: Layers of the tower in which all parts of a picture see each other.
        picture_tokens: The most that a pair of frames becomes.
    """

    layers: int
    width: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    vision_width: int
    vision_full_layers: int
    is_tied: bool = False
    picture_tokens: int = 768

    @property
    def head_weights(self) -> int:
        """Values in the head."""
        return self.vocabulary * self.width

    @property
    def embedding_weights(self) -> int:
        """Values in the head and the embedding together."""
        return self.head_weights * (1 if self.is_tied else 2)
