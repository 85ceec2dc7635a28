"""Number the lines of the bitácora and chain them by digests. The lines that exist are chained
as they stand: nothing held them together before.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)
APPEND_ONLY = "La bitácora sólo crece"
FORMAT = "icsoe/bitacora/1"
AT_ONCE = 2_000

_OLD = """
    SELECT id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id
    FROM bitacora_anterior ORDER BY rowid
"""
_NEW = """
    INSERT INTO bitacora(
        id, cuando, quien, accion, objeto, objeto_id, detalle, contratista_id, numero, huella
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def upgrade() -> None:
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER bitacora_no_{verb}")
    op.drop_index("ix_bitacora_cuando", "bitacora")
    op.drop_index("ix_bitacora_contratista_id_cuando", "bitacora")
    op.rename_table("bitacora", "bitacora_anterior")
    op.create_table(
        "bitacora",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("cuando", INSTANT, nullable=False),
        sa.Column("quien", sa.Text(), nullable=False),
        sa.Column("accion", sa.Text(), nullable=False),
        sa.Column("objeto", sa.Text(), nullable=False),
        sa.Column("objeto_id", ROW_ID, nullable=True),
        sa.Column("detalle", sa.Text(), nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=True),
        sa.Column("huella", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bitacora"),
        sa.UniqueConstraint("numero", name="uq_bitacora_numero"),
    )
    op.create_index("ix_bitacora_cuando", "bitacora", ["cuando"])
    op.create_index("ix_bitacora_contratista_id_cuando", "bitacora", ["contratista_id", "cuando"])
    _chain()
    op.drop_table("bitacora_anterior")
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER bitacora_no_{verb.lower()} BEFORE {verb} ON bitacora "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )


def _chain() -> None:
    connection = op.get_bind()
    numero, huella = 0, b""
    for rows in connection.exec_driver_sql(_OLD).partitions(AT_ONCE):
        chained = []
        for row in rows:
            numero += 1
            values = [one.hex() if isinstance(one, bytes) else one for one in row]
            text = json.dumps([FORMAT, numero, *values], separators=(",", ":"))
            huella = hashlib.sha256(huella + text.encode("ascii")).digest()
            chained.append((*row, numero, huella))
        connection.exec_driver_sql(_NEW, chained)
