"""SQL for the answers that constancias bring to movements."""
