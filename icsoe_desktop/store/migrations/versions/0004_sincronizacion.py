"""Synchronisation: the office, the outbox, the last versions seen on the server, conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "sincronizacion_alias",
        sa.Column("de", ROW_ID, nullable=False),
        sa.Column("a", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("de", name="pk_sincronizacion_alias"),
    )
    op.create_table(
        "sincronizacion_conflictos",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("coleccion", sa.Text(), nullable=False),
        sa.Column("registro", ROW_ID, nullable=False),
        sa.Column("clase", sa.Text(), nullable=False),
        sa.Column("campo", sa.Text(), nullable=False),
        sa.Column("vigente", sa.Text(), nullable=False),
        sa.Column("perdido", sa.Text(), nullable=False),
        sa.Column("otro", ROW_ID, nullable=True),
        sa.Column("cuando", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sincronizacion_conflictos"),
    )
    op.create_index(
        "ix_sincronizacion_conflictos_coleccion_registro",
        "sincronizacion_conflictos",
        ["coleccion", "registro"],
        unique=False,
    )
    op.create_table(
        "sincronizacion_cursores",
        sa.Column("coleccion", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("completa", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("coleccion", name="pk_sincronizacion_cursores"),
    )
    op.create_table(
        "sincronizacion_envios",
        sa.Column("operacion", sa.LargeBinary(), nullable=False),
        sa.Column("coleccion", sa.Text(), nullable=False),
        sa.Column("registro", ROW_ID, nullable=False),
        sa.Column("contenido", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("operacion", name="pk_sincronizacion_envios"),
    )
    op.create_index(
        "ix_sincronizacion_envios_coleccion_registro",
        "sincronizacion_envios",
        ["coleccion", "registro"],
        unique=False,
    )
    op.create_table(
        "sincronizacion_llaves",
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("sellada", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("numero", name="pk_sincronizacion_llaves"),
    )
    op.create_table(
        "sincronizacion_movimientos",
        sa.Column("fila", sa.Integer(), nullable=False),
        sa.Column("paquete", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("fila", name="pk_sincronizacion_movimientos"),
    )
    op.create_index(
        "ix_sincronizacion_movimientos_paquete",
        "sincronizacion_movimientos",
        ["paquete"],
        unique=False,
    )
    op.create_table(
        "sincronizacion_nuevos",
        sa.Column("fila", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fila", name="pk_sincronizacion_nuevos"),
    )
    op.create_table(
        "sincronizacion_oficina",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("direccion", sa.Text(), nullable=False),
        sa.Column("oficina", sa.Text(), nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("cuenta", sa.Text(), nullable=False),
        sa.Column("contrasena_sellada", sa.LargeBinary(), nullable=False),
        sa.Column("miembro", ROW_ID, nullable=False),
        sa.Column("nombre_equipo", sa.Text(), nullable=False),
        sa.Column("privada_sellada", sa.LargeBinary(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("pausada", sa.Boolean(), nullable=False),
        sa.Column("detenida", sa.Boolean(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("generacion", sa.Text(), nullable=False),
        sa.Column("descargada", sa.Boolean(), nullable=False),
        sa.Column("ultimo_exito", INSTANT, nullable=True),
        sa.Column("ultimo_intento", INSTANT, nullable=True),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("aplicando", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sincronizacion_oficina"),
    )
    op.create_table(
        "sincronizacion_retenidos",
        sa.Column("coleccion", sa.Text(), nullable=False),
        sa.Column("registro", ROW_ID, nullable=False),
        sa.Column("clase", sa.Text(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("cuando", INSTANT, nullable=False),
        sa.Column("contenido", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("coleccion", "registro", name="pk_sincronizacion_retenidos"),
    )
    op.create_table(
        "sincronizacion_salida",
        sa.Column("coleccion", sa.Text(), nullable=False),
        sa.Column("registro", ROW_ID, nullable=False),
        sa.Column("clase", sa.Text(), nullable=False),
        sa.Column("operacion", sa.LargeBinary(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("apartado", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("coleccion", "registro", name="pk_sincronizacion_salida"),
    )
    op.create_table(
        "sincronizacion_versiones",
        sa.Column("coleccion", sa.Text(), nullable=False),
        sa.Column("registro", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=True),
        sa.Column("indice", sa.LargeBinary(), nullable=True),
        sa.Column("operaciones", sa.LargeBinary(), nullable=False),
        sa.Column("borrado", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("coleccion", "registro", name="pk_sincronizacion_versiones"),
    )
    op.create_index(
        "ix_sincronizacion_versiones_coleccion_indice",
        "sincronizacion_versiones",
        ["coleccion", "indice"],
        unique=False,
    )
