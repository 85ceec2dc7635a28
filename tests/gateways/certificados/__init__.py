"""Certificates made here with the structure of the real ones, and what must be said of them."""
