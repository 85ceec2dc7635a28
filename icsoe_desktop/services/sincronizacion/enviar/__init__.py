"""Sends local changes. Only services/sincronizacion imports it."""
