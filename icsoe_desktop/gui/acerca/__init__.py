"""Acerca de ICSOE Desktop."""
