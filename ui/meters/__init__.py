"""The Meters tab: what is captured, how late lines are, what rounds cost, what the cache holds."""
