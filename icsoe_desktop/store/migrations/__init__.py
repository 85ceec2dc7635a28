"""Alembic migrations from every released schema to the current one.

HEAD is defined here so that opening an up-to-date store does not import alembic.
"""

HEAD = "0017"
