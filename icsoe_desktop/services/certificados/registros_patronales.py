"""The catalogue of registros patronales."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.registro_patronal import (
    CAMPOS_REGISTRO_PATRONAL,
    DatosRegistroPatronal,
    RegistroPatronalCatalogado,
    warnings_of,
)
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.cambios_ajenos import keep_others
from icsoe_desktop.services.certificados.importacion_registros import (
    Catalogo,
    EstadoRenglonRegistro,
    RenglonRegistro,
    ResultadoImportacionRegistros,
    VistaPreviaRegistros,
    certificate_conflict,
    read_preview,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow

OBJETO = "registro patronal"
REPORT_EVERY_ROWS = 50

GONE = "El registro patronal ya no existe. No se cambió nada. Actualice la lista."
HAS_CERTIFICATE = (
    "El registro patronal tiene un certificado. No se eliminó nada. Elimine antes el certificado "
    "en Certificados IMSS."
)
WITH_PROBLEMS = (
    "El archivo tiene renglones con problemas. No se importó nada. Corríjalos en el archivo, o "
    "elija importar sólo los renglones correctos."
)
STALE = (
    "Los registros patronales cambiaron desde que se leyó el archivo. No se importó nada. Vuelva "
    "a elegir el archivo."
)


class RegistrosPatronalesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora

    def all(self, sesion: Sesion) -> tuple[RegistroPatronalCatalogado, ...]:
        """The catalogue by number.

        CONSULTAR_MOVIMIENTOS is enough, because the filter of movements uses it.
        """
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
            rows = db.scalars(
                select(RegistroPatronalRow).order_by(RegistroPatronalRow.registro_patronal)
            )
            return tuple(_value(row) for row in rows)

    def add(self, sesion: Sesion, **campos: str) -> RegistroPatronalCatalogado:
        """Add a registro patronal.

        campos: as typed, by the names of CAMPOS_REGISTRO_PATRONAL.
        Raises InvalidInputError with the field, also if it exists already.
        """
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES)
            datos = DatosRegistroPatronal.parse(**campos)
            _refuse_duplicate(db, datos)
            row = self._add(db, sesion, datos)
            return _value(row, datos)

    def edit(
        self,
        sesion: Sesion,
        registro_id: uuid.UUID,
        *,
        visto: RegistroPatronalCatalogado | None = None,
        **campos: str,
    ) -> RegistroPatronalCatalogado:
        """Change a registro patronal.

        campos: as in `add`. visto: the values that the form was opened with. Fields that the user
        did not change keep their current values.
        Raises InvalidInputError, also if its certificate would no longer match, and
        CambioAjenoError.
        """
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES)
            row = _row(db, registro_id)
            datos = DatosRegistroPatronal.parse(**campos)
            if visto is not None:
                datos = DatosRegistroPatronal.parse(
                    **keep_others(visto, datos, row, CAMPOS_REGISTRO_PATRONAL)
                )
            _refuse_duplicate(db, datos, besides=row.id)
            conflict = certificate_conflict(datos, _value(row), _rfc_of_certificate(db, row.id))
            if conflict is not None:
                raise InvalidInputError(conflict.mensaje, conflict.campo)
            self._change(db, sesion, row, datos)
            return _value(row, datos)

    def remove(self, sesion: Sesion, registro_id: uuid.UUID) -> None:
        """Raises UserFacingError if it has a certificate."""
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES)
            row = _row(db, registro_id)
            if _rfc_of_certificate(db, row.id) is not None:
                raise UserFacingError(HAS_CERTIFICATE)
            db.delete(row)
            detalle = f"{row.registro_patronal}, {row.razon_social}"
            self._bitacora.record(
                db, sesion, Accion.BAJA_REGISTRO_PATRONAL, OBJETO, row.id, detalle
            )

    def preview_import(
        self, sesion: Sesion, path: Path, progress: Progress
    ) -> VistaPreviaRegistros:
        """Preview of an import: its effect and the problems of every row. Changes nothing.

        path: Excel or CSV with the columns Registro patronal, Razón social, RFC, and maybe Zona.
        A row without a zone keeps the zone of the catalogue.
        Raises InvalidInputError (campo "archivo") and Cancelled.
        """
        with self._store.read() as db:
            authorize(db, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES)
            catalogo = _catalogo(db)
        return read_preview(path, catalogo, progress)

    def apply_import(
        self,
        sesion: Sesion,
        preview: VistaPreviaRegistros,
        progress: Progress,
        *,
        only_good: bool = False,
    ) -> ResultadoImportacionRegistros:
        """Import the new and the changed rows, all or none.

        only_good: skip rows with errors. Otherwise such rows raise InvalidInputError.
        Raises InvalidInputError also if the catalogue changed since the preview, and Cancelled.
        """
        if preview.con_problemas and not only_good:
            raise InvalidInputError(WITH_PROBLEMS, "archivo")
        pending = [
            (renglon, renglon.datos)
            for renglon in preview.renglones
            if renglon.estado in (EstadoRenglonRegistro.NUEVO, EstadoRenglonRegistro.CAMBIADO)
            and renglon.datos is not None
        ]
        total = len(pending)
        with self._store.write() as db:
            authorize(db, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES)
            if _catalogo(db) != preview.catalogo:
                raise InvalidInputError(STALE, "archivo")
            for done, (renglon, datos) in enumerate(pending):
                if done % REPORT_EVERY_ROWS == 0:
                    progress.report(done, total, "Importando registros patronales")
                self._import(db, sesion, renglon, datos)
            resultado = ResultadoImportacionRegistros(
                nuevos=len(preview.nuevos),
                cambiados=len(preview.cambiados),
                iguales=len(preview.iguales),
                omitidos=len(preview.con_problemas),
            )
            self._bitacora.record(
                db,
                sesion,
                Accion.IMPORTACION_REGISTROS_PATRONALES,
                OBJETO,
                detalle=str(resultado),
            )
            # Last chance to cancel: the transaction commits after it.
            progress.report(total, total)
        return resultado

    def _import(
        self, db: Session, sesion: Sesion, renglon: RenglonRegistro, datos: DatosRegistroPatronal
    ) -> None:
        if renglon.existente is None:
            self._add(db, sesion, datos)
        else:
            self._change(db, sesion, _row(db, renglon.existente.id), datos)

    def _add(
        self, db: Session, sesion: Sesion, datos: DatosRegistroPatronal
    ) -> RegistroPatronalRow:
        now = self._store.clock()
        row = RegistroPatronalRow(
            id=self._store.new_id(),
            **datos.campos,
            creado=now,
            actualizado=now,
        )
        db.add(row)
        self._bitacora.record(db, sesion, Accion.ALTA_REGISTRO_PATRONAL, OBJETO, row.id)
        return row

    def _change(
        self, db: Session, sesion: Sesion, row: RegistroPatronalRow, datos: DatosRegistroPatronal
    ) -> None:
        changed = CAMPOS_REGISTRO_PATRONAL.changed(row, datos)
        if not changed:
            return
        for campo in changed:
            setattr(row, campo, getattr(datos, campo))
        row.actualizado = self._store.clock()
        detalle = CAMPOS_REGISTRO_PATRONAL.labels(changed)
        self._bitacora.record(db, sesion, Accion.CAMBIO_REGISTRO_PATRONAL, OBJETO, row.id, detalle)


def _row(db: Session, registro_id: uuid.UUID) -> RegistroPatronalRow:
    row = db.get(RegistroPatronalRow, registro_id)
    if row is None:
        raise UserFacingError(GONE)
    return row


def _value(
    row: RegistroPatronalRow, typed: DatosRegistroPatronal | None = None
) -> RegistroPatronalCatalogado:
    advertencias = (
        tuple(typed.advertencias.values()) if typed else warnings_of(row.registro_patronal, row.rfc)
    )
    return RegistroPatronalCatalogado(
        id=row.id,
        **{name: getattr(row, name) for name in CAMPOS_REGISTRO_PATRONAL.names(Place.FORM)},
        advertencias=advertencias,
    )


def _catalogo(db: Session) -> Catalogo:
    query = select(RegistroPatronalRow, CertificadoRow.rfc).outerjoin(
        CertificadoRow, CertificadoRow.registro_patronal_id == RegistroPatronalRow.id
    )
    return {row.registro_patronal[:10]: (_value(row), rfc) for row, rfc in db.execute(query)}


def _rfc_of_certificate(db: Session, registro_id: uuid.UUID) -> str | None:
    """The RFC of its certificate, or None without a certificate."""
    return db.scalar(
        select(CertificadoRow.rfc).where(CertificadoRow.registro_patronal_id == registro_id)
    )


def _refuse_duplicate(
    db: Session, datos: DatosRegistroPatronal, besides: uuid.UUID | None = None
) -> None:
    # Only one write transaction exists at a time, so no other row can appear between check and
    # insert.
    row = db.scalars(
        select(RegistroPatronalRow).where(
            RegistroPatronalRow.registro_patronal.startswith(datos.base)
        )
    ).first()
    if row is None or row.id == besides:
        return
    message = f"Ya existe el registro patronal {row.registro_patronal}, de {row.razon_social}."
    if row.registro_patronal != datos.registro_patronal:
        message += (
            " Es el mismo con otro dígito verificador. Si el que existe está mal, modifíquelo."
        )
    raise InvalidInputError(message, "registro_patronal")
