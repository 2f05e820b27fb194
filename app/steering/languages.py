"""Languages in which the model can be asked to comment."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ar": ("Arabic", "العربية"),
        "zh": ("Chinese", "中文"),
        "cs": ("Czech", "čeština"),
        "nl": ("Dutch", "Nederlands"),
        "en": ("English", "English"),
        "fr": ("French", "français"),
        "de": ("German", "Deutsch"),
        "he": ("Hebrew", "עברית"),
        "hi": ("Hindi", "Hindī"),
        "id": ("Indonesian", "Bahasa Indonesia"),
        "it": ("Italian", "italiano"),
        "ja": ("Japanese", "日本語"),
        "ko": ("Korean", "한국어"),
        "pl": ("Polish", "polski"),
        "pt": ("Portuguese", "português"),
        "ru": ("Russian", "русский"),
        "es": ("Spanish", "español"),
        "th": ("Thai", "ไทย"),
        "tr": ("Turkish", "Türkçe"),
        "uk": ("Ukrainian", "українська"),
        "vi": ("Vietnamese", "Tiếng Việt"),
    }
)
"""English and own name of each language by its code: what the Qwen2.5 models say they speak."""
