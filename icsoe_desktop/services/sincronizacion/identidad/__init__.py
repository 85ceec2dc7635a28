"""Handles one record that has several ids. Only services/sincronizacion imports it."""
