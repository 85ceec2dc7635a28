"""Use cases: constancias de presentación."""
