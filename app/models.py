"""The models that users will name, and which of them are on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from huggingface_hub import try_to_load_from_cache

from app.session.request import BUNDLED_MODEL


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model and what it is good for.

    Attributes:
        name: What `--model` takes.
        memory: Memory it needs, in words.
    """

    name: str
    purpose: str
    memory: str

    @property
    def is_here(self) -> bool:
        """True where it runs without a download."""
        if self.name == BUNDLED_MODEL:
            return (Path(str(resources.files("assets"))) / "models/match/config.json").is_file()
        return isinstance(try_to_load_from_cache(self.name, "config.json"), str)


CATALOGUE = (
    CatalogueEntry(BUNDLED_MODEL, "the built-in match, nothing else", "less than 1 GB"),
    CatalogueEntry("Qwen/Qwen2.5-VL-3B-Instruct", "describing anything", "about 8 GB"),
    CatalogueEntry("mit-han-lab/StreamingVLM", "live sports commentary", "about 17 GB"),
    CatalogueEntry("chenjoya/LiveCC-7B-Instruct", "live commentary", "about 17 GB"),
)
