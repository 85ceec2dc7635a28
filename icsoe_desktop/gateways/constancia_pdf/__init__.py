"""Files and services outside: the constancia PDF."""
