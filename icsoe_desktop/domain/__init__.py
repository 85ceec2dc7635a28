"""Rules and values; no Qt, no SQL, no files, no clock of its own; imported by every layer."""
