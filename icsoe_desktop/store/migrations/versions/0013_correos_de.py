"""In whose name a mail goes. The server that a lone contratista set becomes its own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("correos", sa.Column("contratista_id", sa.LargeBinary(16), nullable=True))
    db = op.get_bind()
    users = db.scalar(sa.text("SELECT count(*) FROM usuarios"))
    contratistas = db.scalar(sa.text("SELECT count(*) FROM contratistas"))
    if users or contratistas != 1:
        return
    db.execute(
        sa.text(
            "UPDATE ajustes SET nombre = nombre || '.' || lower(hex((SELECT id FROM contratistas)))"
            " WHERE nombre IN ('correo.servidor', 'correo.contrasena')"
        )
    )
    db.execute(sa.text("UPDATE correos SET contratista_id = (SELECT id FROM contratistas)"))
