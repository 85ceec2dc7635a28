"""Términos y Condiciones, at the first entry of a contratista."""
