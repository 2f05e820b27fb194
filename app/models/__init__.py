"""Models: which there are, which are here, how they get here, and whether they keep up.

Decisions:
    - Downloads go into a plain folder of our own per model, not into the hub's cache: its layout
      belongs to the hub's client, and a plain folder needs no links, can be carried to another
      machine and is removed as a whole. What the hub's cache already holds is found and used.
    - The hub's client lists files and their checksums; the bytes are fetched here by range
      requests. Its own downloads (`huggingface_hub` 2.x) write into a file with a new random name
      each time, so that a killed download of 5 GB starts again at zero.
    - One file after the other: one connection fills a home line, and a single growing file is
      simple to go on with, to show and to check. The price is speed on very fast lines.
    - Downloads and measurements are child processes (`app.models.jobs`). Cancelling is ending the
      process; as a killed download goes on where it was, nothing else is needed.
"""
