"""Use cases: rows as record contents and back."""
