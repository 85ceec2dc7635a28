"""Contratista and capturista: rules and values. Every layer may import it."""
