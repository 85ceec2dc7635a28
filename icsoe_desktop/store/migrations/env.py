"""Alembic's entry point: migrates over the connection that icsoe_desktop.store.migrate provides."""

from alembic import context

from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row

load_all()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
