"""Servidor de correo: the user's own SMTP server."""
