"""Reads the PDF of a constancia de presentación. services imports it."""
