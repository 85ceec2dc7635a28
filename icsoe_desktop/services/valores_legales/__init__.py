"""Minimum wage and UMA by date: shipped, typed, imported or set by the policy."""
