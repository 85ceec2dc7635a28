"""Alembic migrations from every released schema to the current one.

HEAD is defined here so that opening an up-to-date store does not import alembic.
"""

HEAD = "v1_0001"


def precedes_release(revision: str) -> bool:
    """Whether a program before 1.0.0 wrote the store: its revisions were bare numbers."""
    return revision.isdecimal()
