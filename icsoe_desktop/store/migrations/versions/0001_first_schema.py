"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)

APPEND_ONLY = "La bitácora sólo crece"


def upgrade() -> None:
    op.create_table(
        "ajustes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("valor", sa.Text(), nullable=True),
        sa.Column("sellado", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ajustes"),
        sa.UniqueConstraint("nombre", name="uq_ajustes_nombre"),
    )
    op.create_table(
        "bitacora",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("cuando", INSTANT, nullable=False),
        sa.Column("quien", sa.Text(), nullable=False),
        sa.Column("accion", sa.Text(), nullable=False),
        sa.Column("objeto", sa.Text(), nullable=False),
        sa.Column("objeto_id", ROW_ID, nullable=True),
        sa.Column("detalle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bitacora"),
    )
    op.create_index("ix_bitacora_cuando", "bitacora", ["cuando"])

    op.create_table(
        "correos",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("para", sa.Text(), nullable=False),
        sa.Column("asunto", sa.Text(), nullable=False),
        sa.Column("mensaje_sellado", sa.LargeBinary(), nullable=True),
        sa.Column("estado", sa.Text(), nullable=False),
        sa.Column("motivo", sa.Text(), nullable=False),
        sa.Column("intentos", sa.Integer(), nullable=False),
        sa.Column("proximo_intento", INSTANT, nullable=False),
        sa.Column("vence", INSTANT, nullable=True),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("enviado", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_correos"),
    )
    op.create_index("ix_correos_estado_proximo_intento", "correos", ["estado", "proximo_intento"])

    op.create_table(
        "intentos",
        sa.Column("quien", sa.LargeBinary(), nullable=False),
        sa.Column("fallos", sa.Integer(), nullable=False),
        sa.Column("ultimo", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("quien", name="pk_intentos"),
    )
    op.create_table(
        "registros_patronales",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("registro_patronal", sa.String(length=11), nullable=False),
        sa.Column("razon_social", sa.Text(), nullable=False),
        sa.Column("rfc", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registros_patronales"),
        sa.UniqueConstraint("registro_patronal", name="uq_registros_patronales_registro_patronal"),
    )
    op.create_table(
        "usuarios",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("nombres", sa.Text(), nullable=False),
        sa.Column("primer_apellido", sa.Text(), nullable=False),
        sa.Column("segundo_apellido", sa.Text(), nullable=False),
        sa.Column("correo", sa.Text(), nullable=False),
        sa.Column("correo_buscado", sa.Text(), nullable=False),
        sa.Column("contrasena_hash", sa.Text(), nullable=False),
        sa.Column("habilitado", sa.Boolean(), nullable=False),
        sa.Column("aviso_version", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usuarios"),
        sa.UniqueConstraint("correo_buscado", name="uq_usuarios_correo_buscado"),
    )
    op.create_table(
        "certificados",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("registro_patronal_id", ROW_ID, nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("numero", sa.Text(), nullable=False),
        sa.Column("titular", sa.Text(), nullable=False),
        sa.Column("rfc", sa.Text(), nullable=False),
        sa.Column("emisor", sa.Text(), nullable=False),
        sa.Column("cadena", sa.Text(), nullable=False),
        sa.Column("valido_desde", INSTANT, nullable=False),
        sa.Column("valido_hasta", INSTANT, nullable=False),
        sa.Column("usuario_sellado", sa.LargeBinary(), nullable=False),
        sa.Column("certificado_nombre", sa.Text(), nullable=False),
        sa.Column("certificado_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("certificado_sellado", sa.LargeBinary(), nullable=False),
        sa.Column("llave_nombre", sa.Text(), nullable=True),
        sa.Column("llave_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("llave_sellada", sa.LargeBinary(), nullable=True),
        sa.Column("contrasena_sellada", sa.LargeBinary(), nullable=True),
        sa.Column("creado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["registro_patronal_id"],
            ["registros_patronales.id"],
            name="fk_certificados_registro_patronal_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificados"),
        sa.UniqueConstraint("registro_patronal_id", name="uq_certificados_registro_patronal_id"),
    )
    op.create_table(
        "codigos",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("usuario_id", ROW_ID, nullable=False),
        sa.Column("codigo_hash", sa.LargeBinary(), nullable=False),
        sa.Column("vence", INSTANT, nullable=False),
        sa.Column("fallos", sa.Integer(), nullable=False),
        sa.Column("usado", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["usuario_id"], ["usuarios.id"], name="fk_codigos_usuario_id"),
        sa.PrimaryKeyConstraint("id", name="pk_codigos"),
    )
    op.create_index("ix_codigos_usuario_id", "codigos", ["usuario_id"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER bitacora_no_{verb.lower()} BEFORE {verb} ON bitacora "
            f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )
