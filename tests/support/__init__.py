"""Real surroundings for tests: an X server, a sound server, a web server, child processes."""
