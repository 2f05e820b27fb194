"""`kibitz bench`: what each stage costs, beside what this machine can do at all.

A figure means little without the machine's own limits, so both are measured in the same run and
in turns: the real decode step, then the same matrix products and attention bare in a loop, then
the real one again. On a busy machine both suffer alike and their ratio stays.

Decisions:
    - A stream is brought to its steady state by filling its cache with random states instead of
      running the rounds that would fill it: what a step costs does not depend on the numbers.
    - Models of a given shape ("half-b") get random weights in memory; nothing is written.
    - The engine knows no screens: what capturing costs is measured by the caller and handed in.
"""
