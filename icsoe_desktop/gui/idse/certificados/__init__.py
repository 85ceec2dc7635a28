"""Certificados IMSS."""
