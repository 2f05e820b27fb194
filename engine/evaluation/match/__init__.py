"""The match suite: unseen matches under the method's own settings, its rivals and its ablations.

Direction inside the package: `command` -> `suite` -> `performance`, `journal`; `report` -> `plots`,
`bars`, `findings` -> `comparison` -> `summary` -> `scoring` -> `alignment`. From `summary` on all
is pure.
"""
