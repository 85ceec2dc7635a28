"""Mutants: small faults put into domain and services, to see whether a test notices each."""
