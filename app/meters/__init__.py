"""What the meters show: how late each line was, and what the rounds cost, for the last while."""
