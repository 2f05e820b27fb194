"""Subtitles on any surface: one renderer, one player for window, overlay and preview."""
