"""Términos y Condiciones, at the first login of a contratista."""
