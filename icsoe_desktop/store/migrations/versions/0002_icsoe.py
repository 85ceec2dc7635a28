"""ICSOE: contratistas, capturistas, links, postal catalogue; the owner of each line of the log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)


def upgrade() -> None:
    op.add_column("bitacora", sa.Column("contratista_id", ROW_ID, nullable=True))
    op.create_index("ix_bitacora_contratista_id_cuando", "bitacora", ["contratista_id", "cuando"])
    op.create_table(
        "contratistas",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("rfc", sa.Text(), nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("es_persona_moral", sa.Boolean(), nullable=False),
        sa.Column("efirma_numero", sa.Text(), nullable=False),
        sa.Column("efirma_hasta", INSTANT, nullable=False),
        sa.Column("terminos_version", sa.Text(), nullable=True),
        sa.Column("terminos_aceptados", INSTANT, nullable=True),
        sa.Column("correo", sa.Text(), nullable=True),
        sa.Column("celular", sa.Text(), nullable=True),
        sa.Column("telefono_fijo", sa.Text(), nullable=True),
        sa.Column("domicilio_igual", sa.Boolean(), nullable=True),
        sa.Column("completado", INSTANT, nullable=True),
        sa.Column("siguiente_relacion", sa.Integer(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.UniqueConstraint("numero", name="uq_contratistas_numero"),
        sa.UniqueConstraint("rfc", name="uq_contratistas_rfc"),
        sa.PrimaryKeyConstraint("id", name="pk_contratistas"),
    )
    op.create_table(
        "domicilios",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("codigo_postal", sa.Text(), nullable=False),
        sa.Column("colonia", sa.Text(), nullable=False),
        sa.Column("calle", sa.Text(), nullable=False),
        sa.Column("numero_exterior", sa.Text(), nullable=False),
        sa.Column("numero_interior", sa.Text(), nullable=False),
        sa.Column("entre_calles", sa.Text(), nullable=False),
        sa.Column("municipio", sa.Text(), nullable=False),
        sa.Column("estado", sa.Text(), nullable=False),
        sa.Column("fuera_de_catalogo", sa.Boolean(), nullable=False),
        sa.Column("catalogo", sa.Text(), nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"], ["contratistas.id"], name="fk_domicilios_contratista_id"
        ),
        sa.UniqueConstraint("contratista_id", name="uq_domicilios_contratista_id"),
        sa.PrimaryKeyConstraint("id", name="pk_domicilios"),
    )
    op.create_table(
        "acuses",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("tamano", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("contenido_sellado", sa.LargeBinary(), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"], ["contratistas.id"], name="fk_acuses_contratista_id"
        ),
        sa.UniqueConstraint("contratista_id", name="uq_acuses_contratista_id"),
        sa.PrimaryKeyConstraint("id", name="pk_acuses"),
    )
    op.create_table(
        "personas",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("curp", sa.String(18), nullable=False),
        sa.Column("nombres", sa.Text(), nullable=False),
        sa.Column("primer_apellido", sa.Text(), nullable=False),
        sa.Column("segundo_apellido", sa.Text(), nullable=False),
        sa.Column("correo", sa.Text(), nullable=True),
        sa.Column("contrasena_hash", sa.Text(), nullable=True),
        sa.Column("contrasena_creada", INSTANT, nullable=True),
        sa.Column("bloqueada", INSTANT, nullable=True),
        sa.Column("aviso_version", sa.Text(), nullable=True),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.UniqueConstraint("curp", name="uq_personas_curp"),
        sa.PrimaryKeyConstraint("id", name="pk_personas"),
    )
    op.create_table(
        "relaciones",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("persona_id", ROW_ID, nullable=False),
        sa.Column("numero", sa.Integer(), nullable=False),
        sa.Column("curp", sa.String(18), nullable=False),
        sa.Column("nombres", sa.Text(), nullable=False),
        sa.Column("primer_apellido", sa.Text(), nullable=False),
        sa.Column("segundo_apellido", sa.Text(), nullable=False),
        sa.Column("telefono", sa.Text(), nullable=False),
        sa.Column("correo", sa.Text(), nullable=False),
        sa.Column("estatus", sa.Text(), nullable=False),
        sa.Column("nombre_orden", sa.Text(), nullable=False),
        sa.Column("buscado", sa.Text(), nullable=False),
        sa.Column("cotejada", sa.Date(), nullable=True),
        sa.Column("aviso_version", sa.Text(), nullable=False),
        sa.Column("usuario_alta", sa.Text(), nullable=False),
        sa.Column("confirmada", INSTANT, nullable=True),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("dado_de_baja", INSTANT, nullable=True),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"], ["contratistas.id"], name="fk_relaciones_contratista_id"
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name="fk_relaciones_persona_id"),
        sa.UniqueConstraint("contratista_id", "curp", name="uq_relaciones_contratista_id_curp"),
        sa.UniqueConstraint("contratista_id", "numero", name="uq_relaciones_contratista_id_numero"),
        sa.PrimaryKeyConstraint("id", name="pk_relaciones"),
    )
    for column in ("nombre_orden", "correo", "estatus", "creado", "buscado"):
        op.create_index(
            f"ix_relaciones_contratista_id_{column}_numero",
            "relaciones",
            ["contratista_id", column, "numero"],
        )
    op.create_index("ix_relaciones_persona_id", "relaciones", ["persona_id"])
    op.create_table(
        "activaciones",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("persona_id", ROW_ID, nullable=False),
        sa.Column("relacion_id", ROW_ID, nullable=True),
        sa.Column("codigo_hash", sa.LargeBinary(), nullable=False),
        sa.Column("correo", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("vence", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name="fk_activaciones_persona_id"),
        sa.ForeignKeyConstraint(
            ["relacion_id"], ["relaciones.id"], name="fk_activaciones_relacion_id"
        ),
        sa.UniqueConstraint("codigo_hash", name="uq_activaciones_codigo_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_activaciones"),
    )
    op.create_index("ix_activaciones_persona_id", "activaciones", ["persona_id"])
    op.create_index("ix_activaciones_relacion_id", "activaciones", ["relacion_id"])
    op.create_table(
        "catalogos_postales",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("fecha", sa.Date(), nullable=False),
        sa.Column("formato", sa.Text(), nullable=False),
        sa.Column("codificacion", sa.Text(), nullable=False),
        sa.Column("renglones", sa.Integer(), nullable=False),
        sa.Column("importado", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogos_postales"),
    )
    op.create_table(
        "asentamientos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("codigo_postal", sa.String(5), nullable=False),
        sa.Column("colonia", sa.Text(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("municipio", sa.Text(), nullable=False),
        sa.Column("estado", sa.Text(), nullable=False),
        sa.Column("ciudad", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asentamientos"),
    )
    op.create_index("ix_asentamientos_codigo_postal", "asentamientos", ["codigo_postal"])
