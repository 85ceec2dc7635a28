"""Stamps of shared records. Their index by version replaces that of the blind index, which nobody
read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TABLE = "sincronizacion_versiones"


def upgrade() -> None:
    op.drop_index("ix_sincronizacion_versiones_coleccion_indice", TABLE)
    op.drop_column(TABLE, "indice")
    op.add_column(TABLE, sa.Column("clase", sa.Text(), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("sellos", sa.Text(), nullable=False, server_default="{}"))
    op.add_column(TABLE, sa.Column("reponer", sa.Boolean(), nullable=False, server_default="0"))
    op.create_index(
        "ix_sincronizacion_versiones_coleccion_version",
        TABLE,
        ["coleccion", "version"],
        unique=False,
    )
