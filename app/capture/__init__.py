"""Where pictures come from: screen, webcam, URL, video file, the built-in match."""
