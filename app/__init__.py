"""Services of the program: capture, session, transcripts, command line. Neither Qt nor torch."""
