"""Confronta: compares the persons and salaries that the IMSS has with those of the payroll."""
