"""The page Trabajadores."""
