"""Counts of the movements, kept by triggers, and what was found of the rejected ones."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

KEY = "estado, fecha, tipo, tipo_salario, en_archivo, extemporaneo, recibido"


def counted(row: str) -> str:
    return (
        f"{row}.estado, {row}.fecha, {row}.tipo, {row}.tipo_salario, "
        f"{row}.estado = 0 AND {row}.lote_id IS NOT NULL, "
        f"CASE WHEN {row}.estado IN (3, 5) THEN ifnull({row}.extemporaneo, -1) ELSE -1 END, "
        f"CASE WHEN {row}.estado IN (3, 5) THEN ifnull({row}.recibido, -1) ELSE -1 END"
    )


MORE = (
    f"INSERT INTO conteos ({KEY}, cuantos) VALUES ({counted('new')}, 1) "  # noqa: S608
    "ON CONFLICT DO UPDATE SET cuantos = cuantos + 1;"
)
LESS = (
    f"UPDATE conteos SET cuantos = cuantos - 1 WHERE ({KEY}) = ({counted('old')}); "  # noqa: S608
    f"DELETE FROM conteos WHERE ({KEY}) = ({counted('old')}) AND cuantos = 0;"
)
FORGET = (
    "DELETE FROM rechazados WHERE fila = old.fila; DELETE FROM rechazados WHERE por = old.fila;"
)
ANY_LEFT = "EXISTS (SELECT 1 FROM rechazados WHERE por IS NULL)"
LOOK_AGAIN = (
    "DELETE FROM rechazados WHERE por IS NULL AND trabajador IN (SELECT b.fila FROM trabajadores a "  # noqa: S608
    f"CROSS JOIN trabajadores b ON b.nss = a.nss WHERE a.fila = new.trabajador) AND {ANY_LEFT};"
)
TRIGGERS = (
    f"CREATE TRIGGER movimientos_conteo_alta AFTER INSERT ON movimientos BEGIN {MORE} END",
    f"CREATE TRIGGER movimientos_conteo_baja AFTER DELETE ON movimientos BEGIN {LESS} END",
    "CREATE TRIGGER movimientos_conteo_cambio AFTER UPDATE OF estado, fecha, tipo, tipo_salario, "
    "lote_id, extemporaneo, recibido ON movimientos "
    f"WHEN ({counted('old')}) IS NOT ({counted('new')}) BEGIN {LESS} {MORE} END",
    "CREATE TRIGGER movimientos_rechazado_alta AFTER INSERT ON movimientos "
    f"WHEN {ANY_LEFT} BEGIN {LOOK_AGAIN} END",
    "CREATE TRIGGER movimientos_rechazado_cambio AFTER UPDATE OF id, trabajador, tipo, "
    "tipo_salario, registro_patronal, fecha, estado ON movimientos "
    f"BEGIN {FORGET} {LOOK_AGAIN} END",
    f"CREATE TRIGGER movimientos_rechazado_baja AFTER DELETE ON movimientos BEGIN {FORGET} END",
    "CREATE TRIGGER trabajadores_rechazado_cambio AFTER UPDATE OF nss ON trabajadores "
    "BEGIN DELETE FROM rechazados; END",
)


def upgrade() -> None:
    op.create_table(
        "conteos",
        sa.Column("estado", sa.Integer(), nullable=False),
        sa.Column("fecha", sa.Integer(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("tipo_salario", sa.Text(), nullable=False),
        sa.Column("en_archivo", sa.Integer(), nullable=False),
        sa.Column("extemporaneo", sa.Integer(), nullable=False),
        sa.Column("recibido", sa.Integer(), nullable=False),
        sa.Column("cuantos", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*KEY.split(", "), name="pk_conteos"),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO conteos ({KEY}, cuantos) SELECT {counted('m')}, count(*) "  # noqa: S608
        "FROM movimientos m GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    op.create_table(
        "rechazados",
        sa.Column("fila", sa.Integer(), nullable=False),
        sa.Column("trabajador", sa.Integer(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("tipo_salario", sa.Text(), nullable=False),
        sa.Column("fecha", sa.Integer(), nullable=False),
        sa.Column("por", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("fila", name="pk_rechazados"),
    )
    op.create_index(
        "ix_rechazados_por", "rechazados", ["por"], sqlite_where=sa.text("por IS NOT NULL")
    )
    op.create_index(
        "ix_rechazados_pendientes",
        "rechazados",
        ["trabajador", "tipo", "tipo_salario", "fecha"],
        sqlite_where=sa.text("por IS NULL"),
    )
    op.create_index(
        "ix_lotes_sin_respuesta",
        "lotes",
        ["estado", "enviado", "creado", "nombre_archivo", "movimientos"],
        sqlite_where=sa.text("estado IN ('Generado', 'Enviado', 'Recibido')"),
    )
    # The charts were its only readers, and read the counts now.
    op.drop_index("ix_movimientos_respondidos", "movimientos")
    for statement in TRIGGERS:
        op.execute(statement)
