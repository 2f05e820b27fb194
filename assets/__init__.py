"""Data files that ship with the program: help pages, icons, screenshots, the bundled model."""
