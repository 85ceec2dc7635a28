"""Add the office's values of the law, and the wage zone of each registro patronal."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "valores_legales",
        sa.Column("concepto", sa.Text(), nullable=False),
        sa.Column("desde", sa.Integer(), nullable=False),
        sa.Column("central", sa.Boolean(), nullable=False),
        sa.Column("centavos", sa.Integer(), nullable=False),
        sa.Column("fuente", sa.Text(), nullable=False),
        sa.Column("usuario_id", ROW_ID, nullable=True),
        sa.Column("cuando", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("concepto", "desde", "central", name="pk_valores_legales"),
    )
    with op.batch_alter_table("registros_patronales") as batch:
        batch.add_column(sa.Column("zona", sa.Text(), nullable=False, server_default=""))
