"""The Informativa: contratantes, folios of the REPSE, contratos, returns and acuses."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ROW_ID = sa.LargeBinary(16)
INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "contratantes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("rfc", sa.Text(), nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("correo", sa.Text(), nullable=False),
        sa.Column("celular", sa.Text(), nullable=False),
        sa.Column("telefono_fijo", sa.Text(), nullable=False),
        sa.Column("domicilio", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"],
            ["contratistas.id"],
            name="fk_contratantes_contratista_id_contratistas",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contratantes"),
    )
    op.create_index("ix_contratantes_contratista_id_rfc", "contratantes", ["contratista_id", "rfc"])
    op.create_table(
        "folios_repse",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("folio", sa.Text(), nullable=False),
        sa.Column("texto", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"],
            ["contratistas.id"],
            name="fk_folios_repse_contratista_id_contratistas",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_folios_repse"),
    )
    op.create_index(
        "ix_folios_repse_contratista_id_folio", "folios_repse", ["contratista_id", "folio"]
    )
    op.create_table(
        "contratos",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("contratante_id", ROW_ID, nullable=False),
        sa.Column("folio_id", ROW_ID, nullable=False),
        sa.Column("numero", sa.Text(), nullable=False),
        sa.Column("objeto", sa.Text(), nullable=False),
        sa.Column("inicio", sa.Integer(), nullable=False),
        sa.Column("fin", sa.Integer(), nullable=True),
        sa.Column("modificaciones", sa.Text(), nullable=False),
        sa.Column("trabajadores", sa.Text(), nullable=False),
        sa.Column("cuantos", sa.Integer(), nullable=False),
        sa.Column("rechazos", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"], ["contratistas.id"], name="fk_contratos_contratista_id_contratistas"
        ),
        sa.ForeignKeyConstraint(
            ["contratante_id"], ["contratantes.id"], name="fk_contratos_contratante_id_contratantes"
        ),
        sa.ForeignKeyConstraint(
            ["folio_id"], ["folios_repse.id"], name="fk_contratos_folio_id_folios_repse"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contratos"),
    )
    op.create_index("ix_contratos_contratista_id_inicio", "contratos", ["contratista_id", "inicio"])
    op.create_index("ix_contratos_contratante_id", "contratos", ["contratante_id"])
    op.create_index("ix_contratos_folio_id", "contratos", ["folio_id"])
    op.create_table(
        "informativas",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contratista_id", ROW_ID, nullable=False),
        sa.Column("ejercicio", sa.Integer(), nullable=False),
        sa.Column("cuatrimestre", sa.Integer(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("estado", sa.Text(), nullable=False),
        sa.Column("contratos", sa.Text(), nullable=False),
        sa.Column("declarados", sa.Integer(), nullable=True),
        sa.Column("historial", sa.Text(), nullable=False),
        sa.Column("corrige", ROW_ID, nullable=True),
        sa.Column("presentado", sa.Text(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.Column("actualizado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contratista_id"],
            ["contratistas.id"],
            name="fk_informativas_contratista_id_contratistas",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_informativas"),
    )
    op.create_index(
        "ix_informativas_contratista_id_ejercicio_cuatrimestre",
        "informativas",
        ["contratista_id", "ejercicio", "cuatrimestre"],
    )
    op.create_table(
        "acuses_informativa",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("informativa_id", ROW_ID, nullable=False),
        sa.Column("folio", sa.Text(), nullable=False),
        sa.Column("presentada", INSTANT, nullable=False),
        sa.Column("contratos", sa.Integer(), nullable=False),
        sa.Column("nombre", sa.Text(), nullable=False),
        sa.Column("tipo", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("contenido_sellado", sa.LargeBinary(), nullable=False),
        sa.Column("creado", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["informativa_id"],
            ["informativas.id"],
            name="fk_acuses_informativa_informativa_id_informativas",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_acuses_informativa"),
        sa.UniqueConstraint("informativa_id", name="uq_acuses_informativa_informativa_id"),
    )
