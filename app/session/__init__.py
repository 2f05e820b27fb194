"""A session: one source, one model, from start to stop, told in typed messages."""
