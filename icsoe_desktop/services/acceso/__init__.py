"""Use cases: entering and who may do what."""
