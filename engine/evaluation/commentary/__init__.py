"""Commentary on long videos: what candidates say, held against people's words.

Two suites share it: `inf-streams` (whole games) and `livesports3k-cc` (short clips). Direction
inside the package: `command` -> `suite` -> `generation` -> `pool` -> `speakers` -> `candidates` ->
`tasks`; `suite` -> `report` -> `plots`, `description` -> `comparison`, `timeliness` -> `tasks`.
"""
