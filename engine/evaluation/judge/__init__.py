"""A language model as judge of two commentaries: asked in both orders, believed if it is clear.

Direction inside the package: `judging` -> `verdicts`, `prompts`; `engine.data` asks and remembers.
"""
