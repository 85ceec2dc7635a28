"""The acts of the office that this desktop took."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "sincronizacion_actas",
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("contenido", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("numero", name="pk_sincronizacion_actas"),
    )
