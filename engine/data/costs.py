"""What asking a model will cost, before it is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.chat_client import TokenUse
from engine.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.data.chat_client import ChatRequest

BYTES_PER_TOKEN = 4  # of UTF-8 text; for English within 15 % of Qwen's tokenizer
FORMAT_TOKENS = 8  # roles and separators around two messages
IMAGE_TOKENS = 85  # of a picture at low detail, as the largest provider counts it
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices per million tokens, in the user's currency; None where they are not known.

    Raises:
        ConfigError: A price is negative or no number.
    """

    per_million_prompt: float | None = None
    per_million_completion: float | None = None

    def __post_init__(self) -> None:
        for price in (self.per_million_prompt, self.per_million_completion):
            if price is not None and not (math.isfinite(price) and price >= 0):
                raise ConfigError(f"a price per million tokens must be 0 or more, one is {price}")

    def cost(self, use: TokenUse) -> float | None:
        """What the tokens cost; None where a price is missing."""
        if self.per_million_prompt is None or self.per_million_completion is None:
            return None
        return (
            use.prompt * self.per_million_prompt + use.completion * self.per_million_completion
        ) / MILLION

    def describe(self, use: TokenUse) -> str:
        """Tokens and their cost for people."""
        cost = self.cost(use)
        price = "price unknown" if cost is None else f"cost {cost:.2f}"
        return f"{use.prompt:,} tokens in, {use.completion:,} out, {price}"


def estimate(requests: Iterable[ChatRequest]) -> tuple[int, TokenUse]:
    """Count requests and the tokens they will roughly take."""
    count, use = 0, TokenUse()
    for request in requests:
        prompt = estimate_tokens(request.system) + estimate_tokens(request.user) + FORMAT_TOKENS
        prompt += IMAGE_TOKENS * len(request.images)
        use += TokenUse(prompt, request.expected_reply_tokens)
        count += 1
    return count, use


def estimate_tokens(text: str) -> int:
    """Tokens of a text, roughly: the model's own tokenizer is not known."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)
