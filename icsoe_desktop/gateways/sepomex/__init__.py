"""Files and services outside: the postal catalogue."""
