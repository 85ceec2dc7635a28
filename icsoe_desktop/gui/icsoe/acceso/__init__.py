"""Inicio de sesión of ICSOE: login of capturistas, and the way to the e.firma login."""
