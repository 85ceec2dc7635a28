"""Keep certificates, without their keys, whose end Vigencias tells."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "certificados_vigilados",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=True),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("numero", sa.Text(), nullable=False),
        sa.Column("titular", sa.Text(), nullable=False),
        sa.Column("rfc", sa.Text(), nullable=False),
        sa.Column("valido_hasta", INSTANT, nullable=False),
        sa.Column("certificado", sa.LargeBinary(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificados_vigilados"),
    )
