"""The window of past sessions: listed, searched, read, looked at again, exported, deleted."""
