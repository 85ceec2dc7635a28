"""Reads SEPOMEX's catalogue of postal codes. services imports it."""
