"""The Steering tab: how to comment, about whom, how much, which words not, and a question."""
