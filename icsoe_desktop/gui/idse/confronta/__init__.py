"""Confrontar: the files of both sides, what differs, and the notice that mends it."""
