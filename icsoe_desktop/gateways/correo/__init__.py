"""Files and services outside: mail."""
