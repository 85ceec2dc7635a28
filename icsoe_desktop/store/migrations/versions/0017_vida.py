"""Let a desktop whose disk was restored write its stamps with another name."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column(
        "sincronizacion_oficina",
        sa.Column("vida", sa.Text(), nullable=False, server_default=""),
    )
