"""Files and services outside: the vault of the data key."""
