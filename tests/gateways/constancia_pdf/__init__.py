"""Constancias de presentación of invented people, printed in several ways, and what reads them."""
