"""Keeping up with the stream: what is given up, in which order, and when it comes back."""
