"""Index what the IMSS has received, for the counts by month of the Tablero."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index(
        "ix_movimientos_respondidos",
        "movimientos",
        ["fecha", "tipo", "tipo_salario", "estado", "extemporaneo", "recibido"],
        sqlite_where=sa.text("estado IN (3, 5)"),
    )
