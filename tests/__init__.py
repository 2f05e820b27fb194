"""Tests of Kibitz; the folders mirror the packages."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
