"""The command line, one module a command group. It imports services; only arranque imports it."""
