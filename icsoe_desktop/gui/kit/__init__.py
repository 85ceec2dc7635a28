"""Widgets and helpers for any window. Imports no window."""
