"""Correos por enviar: the outbox."""
