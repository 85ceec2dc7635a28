"""The table of what ends."""
