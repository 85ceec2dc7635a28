"""Activar cuenta: from a mailed link or code to a password. Also the forgotten password."""
