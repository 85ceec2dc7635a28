"""Files and services outside: backups."""
