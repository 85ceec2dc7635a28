"""Readers of an administrator's policies."""
