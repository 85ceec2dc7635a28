"""Workers that the movements name."""
