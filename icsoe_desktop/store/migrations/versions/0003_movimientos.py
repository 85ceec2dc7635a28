"""Movements, their workers with the search, imports, lotes, constancias, working days."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)

BUSQUEDA = (
    """
    CREATE VIRTUAL TABLE trabajadores_buscados USING fts5(
        orden_primer, orden_segundo, orden_nombres, nss, curp,
        content='trabajadores', content_rowid='fila', tokenize='trigram', columnsize=0
    )
    """,
    """
    CREATE TRIGGER trabajadores_buscados_alta AFTER INSERT ON trabajadores BEGIN
        INSERT INTO trabajadores_buscados
            (rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES (new.fila, new.orden_primer, new.orden_segundo, new.orden_nombres,
            new.nss, new.curp);
    END
    """,
    """
    CREATE TRIGGER trabajadores_buscados_baja AFTER DELETE ON trabajadores BEGIN
        INSERT INTO trabajadores_buscados
            (trabajadores_buscados, rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES ('delete', old.fila, old.orden_primer, old.orden_segundo, old.orden_nombres,
            old.nss, old.curp);
    END
    """,
    """
    CREATE TRIGGER trabajadores_buscados_cambio AFTER UPDATE ON trabajadores BEGIN
        INSERT INTO trabajadores_buscados
            (trabajadores_buscados, rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES ('delete', old.fila, old.orden_primer, old.orden_segundo, old.orden_nombres,
            old.nss, old.curp);
        INSERT INTO trabajadores_buscados
            (rowid, orden_primer, orden_segundo, orden_nombres, nss, curp)
        VALUES (new.fila, new.orden_primer, new.orden_segundo, new.orden_nombres,
            new.nss, new.curp);
    END
    """,
)


def upgrade() -> None:
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
        sa.PrimaryKeyConstraint("id", name="pk_constancias"),
        sa.UniqueConstraint("folio", name="uq_constancias_folio"),
    )
    op.create_table(
        "dias_calendario",
        sa.Column("fecha", sa.Integer(), nullable=False),
        sa.Column("habil", sa.Boolean(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fecha", name="pk_dias_calendario"),
    )
    op.create_table(
        "importaciones",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("cuando", INSTANT, nullable=False),
        sa.Column("usuario_id", ROW_ID, nullable=True),
        sa.Column("archivos", sa.Text(), nullable=False),
        sa.Column("importados", sa.Integer(), nullable=False),
        sa.Column("primera", sa.Integer(), nullable=False),
        sa.Column("ultima", sa.Integer(), nullable=False),
        sa.Column("deshecha", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_importaciones"),
        sa.UniqueConstraint("numero", name="uq_importaciones_numero"),
    )
    op.create_table(
        "lotes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("registro_patronal", sa.Text(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=True),
        sa.Column("nombre_archivo", sa.Text(), nullable=False),
        sa.Column("contenido", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("movimientos", sa.Integer(), nullable=False),
        sa.Column("estado", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("enviado", sa.Integer(), nullable=True),
        sa.Column("recibido", sa.Integer(), nullable=True),
        sa.Column("respondido", sa.Integer(), nullable=True),
        sa.Column("cancelado", sa.Integer(), nullable=True),
        sa.Column("numero", sa.Text(), nullable=False),
        sa.Column("folio", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lotes"),
    )
    op.create_index("ix_lotes_creado", "lotes", ["creado"], unique=False)
    op.create_table(
        "trabajadores",
        sa.Column("fila", sa.Integer(), nullable=False),
        sa.Column("nss", sa.Text(), nullable=False),
        sa.Column("curp", sa.Text(), nullable=False),
        sa.Column("primer_apellido", sa.Text(), nullable=False),
        sa.Column("segundo_apellido", sa.Text(), nullable=False),
        sa.Column("nombres", sa.Text(), nullable=False),
        sa.Column("orden_primer", sa.Text(), nullable=False),
        sa.Column("orden_segundo", sa.Text(), nullable=False),
        sa.Column("orden_nombres", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fila", name="pk_trabajadores"),
    )
    op.create_index("ix_trabajadores_curp", "trabajadores", ["curp"], unique=False)
    op.create_index(
        "ix_trabajadores_nombres",
        "trabajadores",
        ["orden_nombres", "orden_primer", "orden_segundo"],
        unique=False,
    )
    op.create_index(
        "ix_trabajadores_primer",
        "trabajadores",
        ["orden_primer", "orden_segundo", "orden_nombres"],
        unique=False,
    )
    op.create_index(
        "ix_trabajadores_segundo",
        "trabajadores",
        ["orden_segundo", "orden_primer", "orden_nombres"],
        unique=False,
    )
    op.create_index(
        "ux_trabajadores_identidad",
        "trabajadores",
        ["nss", "curp", "primer_apellido", "segundo_apellido", "nombres"],
        unique=True,
    )
    op.create_table(
        "documentos_lote",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("lote_id", ROW_ID, nullable=False),
        sa.Column("clase", sa.Text(), nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("contenido", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["lote_id"], ["lotes.id"], name="fk_documentos_lote_lote_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documentos_lote"),
        sa.UniqueConstraint("lote_id", "clase", name="uq_documentos_lote_lote_id_clase"),
    )
    op.create_table(
        "movimientos",
        sa.Column("fila", sa.Integer(), nullable=False),
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("trabajador", sa.Integer(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("registro_patronal", sa.Text(), nullable=False),
        sa.Column("fecha", sa.Integer(), nullable=False),
        sa.Column("sbc", sa.Integer(), nullable=True),
        sa.Column("tipo_trabajador", sa.Text(), nullable=False),
        sa.Column("tipo_salario", sa.Text(), nullable=False),
        sa.Column("jornada", sa.Text(), nullable=False),
        sa.Column("causa_baja", sa.Text(), nullable=False),
        sa.Column("umf", sa.Text(), nullable=False),
        sa.Column("guia", sa.Text(), nullable=False),
        sa.Column("clave_trabajador", sa.Text(), nullable=False),
        sa.Column("estado", sa.Integer(), nullable=False),
        sa.Column("extemporaneo", sa.Boolean(), nullable=True),
        sa.Column("emitido", sa.Integer(), nullable=True),
        sa.Column("recibido", sa.Integer(), nullable=True),
        sa.Column("aprobado", sa.Integer(), nullable=True),
        sa.Column("rechazado", sa.Integer(), nullable=True),
        sa.Column("codigo_rechazo", sa.Text(), nullable=False),
        sa.Column("causa_rechazo", sa.Text(), nullable=False),
        sa.Column("lote_id", ROW_ID, nullable=True),
        sa.Column("constancia_id", ROW_ID, nullable=True),
        sa.Column("importacion", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["constancia_id"], ["constancias.id"], name="fk_movimientos_constancia_id"
        ),
        sa.ForeignKeyConstraint(
            ["importacion"], ["importaciones.numero"], name="fk_movimientos_importacion"
        ),
        sa.ForeignKeyConstraint(["lote_id"], ["lotes.id"], name="fk_movimientos_lote_id"),
        sa.ForeignKeyConstraint(
            ["trabajador"], ["trabajadores.fila"], name="fk_movimientos_trabajador"
        ),
        sa.PrimaryKeyConstraint("fila", name="pk_movimientos"),
    )
    op.create_index(
        "ix_movimientos_estado",
        "movimientos",
        ["estado", "fecha", "tipo", "registro_patronal", "trabajador"],
        unique=False,
    )
    op.create_index(
        "ix_movimientos_fecha",
        "movimientos",
        ["fecha", "tipo", "estado", "registro_patronal", "trabajador"],
        unique=False,
    )
    op.create_index(
        "ix_movimientos_lote",
        "movimientos",
        ["lote_id"],
        unique=False,
        sqlite_where=sa.text("lote_id IS NOT NULL"),
    )
    op.create_index(
        "ix_movimientos_registro",
        "movimientos",
        ["registro_patronal", "fecha", "tipo", "estado", "trabajador"],
        unique=False,
    )
    op.create_index(
        "ix_movimientos_sbc",
        "movimientos",
        ["sbc", "fecha", "tipo", "registro_patronal", "estado", "trabajador"],
        unique=False,
    )
    op.create_index(
        "ix_movimientos_trabajador",
        "movimientos",
        ["trabajador", "fecha", "tipo", "registro_patronal", "estado"],
        unique=False,
    )
    op.create_index("ux_movimientos_id", "movimientos", ["id"], unique=True)
    for statement in BUSQUEDA:
        op.execute(statement)
