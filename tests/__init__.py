"""Tests of Kibitz; the folders mirror the packages."""
