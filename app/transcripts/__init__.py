"""What was said: lines, the journal on disk, exports."""
