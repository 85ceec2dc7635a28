"""Ingreso con e.firma: its window, and its fields, which the session lock also uses."""
