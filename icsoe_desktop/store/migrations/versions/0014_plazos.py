"""The last day of each notice's term, and an index for every order of the lists."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TABLE = "movimientos"
FILTERED = ["fecha", "tipo", "estado", "registro_patronal", "trabajador"]
DICTAMEN = (
    "CASE WHEN estado = 4 THEN NULL "
    "WHEN extemporaneo IS NOT NULL THEN extemporaneo * 3 "
    "WHEN recibido IS NULL OR seguro IS NULL THEN NULL "
    "WHEN recibido <= seguro THEN 0 WHEN recibido <= limite THEN 2 ELSE 3 END"
)
LOOKED_UP = (
    "UPDATE movimientos SET (seguro, limite) = (SELECT z.seguro, z.limite FROM plazos z "
    "WHERE z.tipo = new.tipo AND z.tipo_salario = new.tipo_salario AND z.fecha = new.fecha) "
    "WHERE fila = new.fila"
)
TRIGGERS = (
    "CREATE TRIGGER movimientos_plazo_alta AFTER INSERT ON movimientos "
    f"WHEN new.seguro IS NULL BEGIN {LOOKED_UP}; END",
    "CREATE TRIGGER movimientos_plazo_cambio AFTER UPDATE OF tipo, tipo_salario, fecha "
    "ON movimientos WHEN new.tipo <> old.tipo OR new.tipo_salario <> old.tipo_salario "
    f"OR new.fecha <> old.fecha BEGIN {LOOKED_UP}; END",
)


def upgrade() -> None:
    op.create_table(
        "plazos",
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("tipo_salario", sa.Text(), nullable=False),
        sa.Column("fecha", sa.Integer(), nullable=False),
        sa.Column("seguro", sa.Integer(), nullable=False),
        sa.Column("limite", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tipo", "tipo_salario", "fecha", name="pk_plazos"),
        sqlite_with_rowid=False,
    )
    # NULL: still to be computed. The program does it with its progress in sight, in any number of
    # runs, and lists are right meanwhile.
    for name in ("seguro", "limite"):
        op.add_column(TABLE, sa.Column(name, sa.Integer(), nullable=True))
    op.add_column(
        TABLE,
        sa.Column("dictamen", sa.Integer(), sa.Computed(DICTAMEN, persisted=False), nullable=True),
    )
    op.create_index(
        "ix_movimientos_en_archivo",
        TABLE,
        ["fecha", "tipo", "registro_patronal", "trabajador"],
        sqlite_where=sa.text("estado = 0 AND lote_id IS NOT NULL"),
    )
    for column in ("umf", "emitido", "recibido", "aprobado"):
        op.create_index(f"ix_movimientos_{column}", TABLE, [column, *FILTERED])
    op.create_index(
        "ix_movimientos_seguro",
        TABLE,
        ["seguro", "fecha", "fila", "tipo", "estado", "registro_patronal", "trabajador"],
    )
    for column, some in (
        ("rechazado", "rechazado IS NOT NULL"),
        ("causa_rechazo", "causa_rechazo <> ''"),
    ):
        op.create_index(
            f"ix_movimientos_{column}", TABLE, [column, *FILTERED], sqlite_where=sa.text(some)
        )
    op.create_index(
        "ix_movimientos_clase",
        TABLE,
        [
            "causa_baja",
            "tipo",
            "tipo_salario",
            "tipo_trabajador",
            "jornada",
            "fecha",
            "estado",
            "registro_patronal",
            "trabajador",
        ],
    )
    op.create_index(
        "ix_movimientos_plazo",
        TABLE,
        [
            "dictamen",
            "tipo",
            "tipo_salario",
            "fecha",
            "estado",
            "registro_patronal",
            "trabajador",
        ],
    )
    op.create_index(
        "ix_movimientos_sin_plazo", TABLE, ["fila"], sqlite_where=sa.text("seguro IS NULL")
    )
    for statement in TRIGGERS:
        op.execute(statement)
