"""Inicio de sesión of ICSOE: the capturista with CURP and password; the way to the e.firma."""
