"""Ingreso con e.firma: its fields, which the lock of a session uses too, and its window."""
