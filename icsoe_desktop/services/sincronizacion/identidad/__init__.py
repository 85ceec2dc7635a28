"""Use cases: one record under several ids."""
