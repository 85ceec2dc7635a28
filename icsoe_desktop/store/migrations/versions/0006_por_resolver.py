"""Index what is still owed to the IMSS, and which pending movements are in a lote's file."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.drop_index("ix_movimientos_estado", "movimientos")
    op.create_index(
        "ix_movimientos_estado",
        "movimientos",
        ["estado", "fecha", "tipo", "registro_patronal", "trabajador", "fila", "lote_id"],
    )
    op.create_index(
        "ix_movimientos_por_resolver",
        "movimientos",
        [
            "tipo",
            "tipo_salario",
            "fecha",
            "fila",
            "registro_patronal",
            "trabajador",
            "estado",
            "lote_id",
        ],
        sqlite_where=sa.text("estado IN (0, 1, 3, 4)"),
    )
