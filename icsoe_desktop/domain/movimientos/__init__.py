"""Movimientos afiliatorios: rules and values. Every layer may import it."""
