"""The lines of the bitácora and the chain of digests that holds them together."""
