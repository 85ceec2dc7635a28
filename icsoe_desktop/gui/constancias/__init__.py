"""Windows: constancias de presentación."""
