"""The transcript as people see it: its lines with times and key frames, edited in place."""
