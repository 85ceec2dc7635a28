"""Reads and verifies certificate files. services, cli and arranque import it."""
