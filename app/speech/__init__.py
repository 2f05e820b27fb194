"""Commentary aloud: lines are spoken while they are fresh, and cut off where news is urgent.

Decision: synthesis and playing live together in one child process (`app.speech.hosting` starts it,
`app.speech.host` is its body). Speech engines and sound libraries are C code that crashes, hangs
and prints; and the sound device is fed by a Python callback, which a busy window would starve of
Python's lock. The price is a process of some 60 MB, and a third of a second before the first word.
"""
