"""The window of `kibitz compare`: a person judges two commentaries on a video that plays."""
