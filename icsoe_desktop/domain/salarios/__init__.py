"""Salaries: the SBC from pay and benefits, its variable part, reasons to modify it."""
