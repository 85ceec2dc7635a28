"""Use cases: the contratista and its documents."""
