"""Certificates and registros patronales: rules and values. Every layer may import it."""
