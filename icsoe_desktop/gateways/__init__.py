"""Files, servers and devices outside the program. services and arranque import it."""
