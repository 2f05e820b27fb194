"""Two commentaries on one video judged by a person who does not know which is which."""
