"""Aviso de privacidad: who answers for the data of this installation. The shell opens it."""
