"""OpenCV, imported in this one place: quiet, and without its traces in the environment."""

from __future__ import annotations

import os

# Windows takes up to a minute to open a camera with them.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")

import cv2

# The wheel bundles Qt 5 and points these at it; child processes with Qt 6 would inherit them.
for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)

# What goes wrong is said in one sentence by our own errors, not by lines on stderr.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

__all__ = ["cv2"]
