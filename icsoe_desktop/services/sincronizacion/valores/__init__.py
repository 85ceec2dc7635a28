"""Converts rows to record contents and back. Only services/sincronizacion imports it."""
