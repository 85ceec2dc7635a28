"""The schema of 1.0.0: the statements of 0001.sql, which a blank line separates."""

from pathlib import Path

from alembic import op

revision = "v1_0001"
down_revision = None


def upgrade() -> None:
    for statement in Path(__file__).with_name("0001.sql").read_text("utf-8").split("\n\n"):
        op.get_bind().exec_driver_sql(statement)
