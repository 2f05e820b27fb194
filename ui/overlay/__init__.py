"""The subtitles over everything else on the screen."""
