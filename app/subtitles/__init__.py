"""How commentary becomes text that can be read at ease: style, phrases, pace, places. Without Qt.

Two ways of reading: *steady* shows whole phrases one page after the other, each at least as long as
it takes to read, and what is on the screen never changes; *instant* shows every word as it comes.
The clock is passed in everywhere, so that a day of commentary can be played in a test.
"""
