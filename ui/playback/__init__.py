"""Playing a source again: any moment of it, forwards from there, with text under the picture."""
