"""The steps that bring a store of any former version to today's; alembic runs them.

HEAD is here so that a store with nothing to migrate opens without importing alembic.
"""

HEAD = "0005"
