"""Record what a constancia changed, so that it can be undone. No earlier
version wrote constancias.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)


def upgrade() -> None:
    # The table is empty: no earlier version could read a constancia.
    op.drop_table("constancias")
    op.create_table(
        "constancias",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("folio", sa.Text(), nullable=False),
        sa.Column("lote", sa.Text(), nullable=False),
        sa.Column("registro_patronal", sa.Text(), nullable=False),
        sa.Column("recibida", sa.Integer(), nullable=True),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("contenido", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("usuario_id", ROW_ID, nullable=True),
        sa.Column("aprobados", sa.Integer(), nullable=False),
        sa.Column("rechazados", sa.Integer(), nullable=False),
        sa.Column("antes", sa.Text(), nullable=False),
        sa.Column("deshecha", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_constancias"),
    )
    op.create_index(
        "ix_constancias_sha256",
        "constancias",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("deshecha IS NULL"),
    )
