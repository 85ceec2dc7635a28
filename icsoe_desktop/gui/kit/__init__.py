"""Widgets and helpers that any window uses. Knows no window."""
