"""Windows: importing movements."""
