"""The anchor of the bitácora, a file beside the store."""
