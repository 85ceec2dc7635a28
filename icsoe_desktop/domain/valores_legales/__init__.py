"""Minimum wage, UMA and what follows from them, by date."""
