"""Salaries modified in one go: who works where, what a sheet says, notices made of it."""
