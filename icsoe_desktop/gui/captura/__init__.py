"""Windows: capturing one movement."""
