"""Centro de ayuda: the manual, and the key F1 that opens it from every window."""
