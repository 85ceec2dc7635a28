"""Reads, writes and restores backup files. services imports it."""
