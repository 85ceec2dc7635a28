"""Identifiers, names and contact data: rules and values. Every layer may import it."""
