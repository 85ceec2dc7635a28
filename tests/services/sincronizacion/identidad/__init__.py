"""One record with several ids."""
