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
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.cambios_ajenos import keep_others
from icsoe_desktop.services.certificados.importacion_registros import (
    REGISTROS,
    Catalogo,
    RenglonRegistro,
    VistaPreviaRegistros,
    certificate_conflict,
    read_preview,
)
from icsoe_desktop.services.importacion.hechas import (
    CambiosRegistros,
    changes_to_undo,
    keep_changes,
    new_row,
)
from icsoe_desktop.services.importacion.hojas import columns_of, keep_format, kept_formats
from icsoe_desktop.services.importacion.service import NOTHING_SAID
from icsoe_desktop.services.importacion.service import OBJETO as IMPORTACION
from icsoe_desktop.services.importacion.valores import Columnas, Indicaciones
from icsoe_desktop.services.listas import EstadoRenglon, ResultadoLista
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import still_there
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow

OBJETO = "registro patronal"
COLUMNAS = "registros.columnas"
REPORT_EVERY_ROWS = 50

GONE = "El registro patronal ya no existe. No se cambió nada. Actualice la lista."
HAS_CERTIFICATE = (
    "El registro patronal {registro} tiene un certificado. No se eliminó nada. Elimine antes el "
    "certificado en Certificados IMSS."
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
        self._note = bitacora.about(OBJETO)

    def all(self, sesion: Sesion) -> tuple[RegistroPatronalCatalogado, ...]:
        """The catalogue by number.

        CONSULTAR_MOVIMIENTOS is enough, because the filter of movements uses it.
        """
        with reading(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS) as db:
            rows = db.scalars(
                select(RegistroPatronalRow).order_by(RegistroPatronalRow.registro_patronal)
            )
            return tuple(_value(row) for row in rows)

    def add(self, sesion: Sesion, **campos: str) -> RegistroPatronalCatalogado:
        """Add a registro patronal.

        campos: as typed, by the names of CAMPOS_REGISTRO_PATRONAL.
        Raises InvalidInputError with the field, also if it exists already.
        """
        with writing(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
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
        with writing(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
            row = still_there(db, RegistroPatronalRow, registro_id, GONE)
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
        with writing(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
            self._remove(db, sesion, still_there(db, RegistroPatronalRow, registro_id, GONE))

    def columns(self, sesion: Sesion, path: Path, progress: Progress) -> Columnas:
        """The columns of a sheet, for matching by hand."""
        with reading(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
            formatos = kept_formats(db, COLUMNAS)
        return columns_of(path, REGISTROS, formatos, progress)

    def preview_import(
        self,
        sesion: Sesion,
        path: Path,
        progress: Progress,
        indicaciones: Indicaciones = NOTHING_SAID,
    ) -> VistaPreviaRegistros:
        """Preview of an import: its effect and the problems of every row. Changes nothing.

        path: Excel or CSV with the columns Registro patronal, Razón social, RFC, and maybe Zona.
        A row without a zone keeps the zone of the catalogue. indicaciones: of its columns;
        `apply_import` keeps them, if they have a name.
        Raises InvalidInputError (campo "archivo") and Cancelled.
        """
        with reading(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
            catalogo, formatos = _catalogo(db), kept_formats(db, COLUMNAS)
        return read_preview(path, catalogo, indicaciones, formatos, progress)

    def apply_import(
        self,
        sesion: Sesion,
        preview: VistaPreviaRegistros,
        progress: Progress,
        *,
        only_good: bool = False,
    ) -> ResultadoLista:
        """Import the new and the changed rows, all or none.

        only_good: skip rows with errors. Otherwise such rows raise InvalidInputError.
        Raises InvalidInputError also if the catalogue changed since the preview, and Cancelled.
        """
        omitted = preview.with_estado(EstadoRenglon.CON_PROBLEMAS)
        if omitted and not only_good:
            raise InvalidInputError(WITH_PROBLEMS, "archivo")
        pending = [
            (renglon, renglon.datos)
            for renglon in preview.renglones
            if renglon.estado in (EstadoRenglon.NUEVO, EstadoRenglon.CAMBIADO)
            and renglon.datos is not None
        ]
        total = len(pending)
        with writing(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
            if _catalogo(db) != preview.catalogo:
                raise InvalidInputError(STALE, "archivo")
            row = new_row(db, self._store, sesion, (preview.archivo,))
            row.importados = total
            cambios: CambiosRegistros = {}
            for done, (renglon, datos) in enumerate(pending):
                if done % REPORT_EVERY_ROWS == 0:
                    progress.report(done, total, "Importando registros patronales")
                registro_id, changed = self._import(db, sesion, renglon, datos)
                cambios[registro_id.hex] = changed
            keep_changes(db, self._store, row, cambios)
            keep_format(db, self._store, COLUMNAS, preview.indicaciones)
            nuevos = sum(renglon.existente is None for renglon, _datos in pending)
            resultado = ResultadoLista(
                nuevos,
                len(omitted),
                cambiados=total - nuevos,
                iguales=len(preview.renglones) - total - len(omitted),
            )
            self._bitacora.record(
                db,
                sesion,
                Accion.IMPORTACION_REGISTROS_PATRONALES,
                IMPORTACION,
                row.id,
                _told(resultado),
            )
            # Last chance to cancel: the transaction commits after it.
            progress.report(total, total)
        return resultado

    def undo_import(self, sesion: Sesion, importacion_id: uuid.UUID, progress: Progress) -> int:
        """Remove what an import added, and give back what it changed, unless it was changed again.

        Returns how many registros patronales. Raises UserFacingError if a new one has a
        certificate, or one that changed can no longer be what it was, and Cancelled.
        """
        with writing(self._store, sesion, Permiso.ADMINISTRAR_REGISTROS_PATRONALES) as db:
            importacion, cambios = changes_to_undo(db, importacion_id)
            count = 0
            for done, (registro_id, changed) in enumerate(cambios.items()):
                if done % REPORT_EVERY_ROWS == 0:
                    progress.report(done, len(cambios), "Deshaciendo la importación")
                row = db.get(RegistroPatronalRow, uuid.UUID(registro_id))
                if row is None:
                    continue
                count += 1
                if changed is None:
                    self._remove(db, sesion, row)
                    continue
                former = {
                    campo: before
                    for campo, (before, after) in changed.items()
                    if getattr(row, campo) == after
                }
                datos = DatosRegistroPatronal.parse(**{**_texts(row), **former})
                conflict = certificate_conflict(datos, _value(row), _rfc_of_certificate(db, row.id))
                if conflict is not None:
                    raise UserFacingError(f"{conflict.mensaje} No se deshizo nada.")
                self._change(db, sesion, row, datos)
            importacion.deshecha = self._store.clock()
            self._bitacora.record(
                db,
                sesion,
                Accion.IMPORTACION_REGISTROS_DESHECHA,
                IMPORTACION,
                importacion.id,
                counted(count, "registro patronal", "registros patronales"),
            )
            progress.report(1, 1)
            return count

    def _import(
        self, db: Session, sesion: Sesion, renglon: RenglonRegistro, datos: DatosRegistroPatronal
    ) -> tuple[uuid.UUID, dict[str, list[str]] | None]:
        """The id of the registro patronal, and what changed of one that was there."""
        if renglon.existente is None:
            return self._add(db, sesion, datos).id, None
        row = still_there(db, RegistroPatronalRow, renglon.existente.id, GONE)
        changed = {
            campo: [getattr(row, campo), getattr(datos, campo)]
            for campo in CAMPOS_REGISTRO_PATRONAL.changed(row, datos)
        }
        self._change(db, sesion, row, datos)
        return row.id, changed

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
        self._note(db, sesion, Accion.ALTA_REGISTRO_PATRONAL, row.id)
        return row

    def _remove(self, db: Session, sesion: Sesion, row: RegistroPatronalRow) -> None:
        if _rfc_of_certificate(db, row.id) is not None:
            raise UserFacingError(HAS_CERTIFICATE.format(registro=row.registro_patronal))
        db.delete(row)
        detalle = f"{row.registro_patronal}, {row.razon_social}"
        self._note(db, sesion, Accion.BAJA_REGISTRO_PATRONAL, row.id, detalle)

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
        self._note(db, sesion, Accion.CAMBIO_REGISTRO_PATRONAL, row.id, detalle)


def _told(resultado: ResultadoLista) -> str:
    return (
        f"{counted(resultado.nuevos, 'nuevo', 'nuevos')}, "
        f"{counted(resultado.cambiados, 'cambiado', 'cambiados')}, "
        f"{resultado.iguales:,} sin cambios, {counted(resultado.omitidos, 'omitido', 'omitidos')}"
    )


def _texts(row: RegistroPatronalRow) -> dict[str, str]:
    return {name: getattr(row, name) for name in CAMPOS_REGISTRO_PATRONAL.names(Place.FORM)}


def _value(
    row: RegistroPatronalRow, typed: DatosRegistroPatronal | None = None
) -> RegistroPatronalCatalogado:
    advertencias = (
        tuple(typed.advertencias.values()) if typed else warnings_of(row.registro_patronal, row.rfc)
    )
    return RegistroPatronalCatalogado(
        id=row.id,
        **_texts(row),
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
