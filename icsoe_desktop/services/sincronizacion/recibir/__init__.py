"""Receives and merges the changes of other desktops. Only services/sincronizacion imports it."""
