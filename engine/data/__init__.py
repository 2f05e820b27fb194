"""Data of the method: samples, clips, transcripts, and reading frames from videos."""
