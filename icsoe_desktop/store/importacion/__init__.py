"""SQL for importing movements."""
