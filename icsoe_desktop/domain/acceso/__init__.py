"""Rules and values: entering and who may do what."""
