"""Confrontar: reads the sources of both sides, compares them, keeps what was accepted."""
