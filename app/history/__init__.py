"""The sessions of the past: listed, searched, sent to the trash.

Decision: the journals are the truth; an SQLite database in the cache folder only makes them quick
to list and to search, and may be deleted at any time. SQLite comes with Python, and its trigram
index finds any three characters, so that words are also found in scripts that set no spaces
between them. Reading all journals for each search would take seconds after a few hundred hours.
"""
