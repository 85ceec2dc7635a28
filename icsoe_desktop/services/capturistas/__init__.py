"""Use cases: capturistas."""
