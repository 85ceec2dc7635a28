"""Exportar a SUA."""
