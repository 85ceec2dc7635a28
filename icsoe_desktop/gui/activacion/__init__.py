"""Activar cuenta: from the link or the code of a mail to a password, and a forgotten one."""
