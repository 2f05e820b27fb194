"""The list of models: what they need, downloads, measurements, and which one comments."""
