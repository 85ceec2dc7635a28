"""The contratista's own data, the first steps, and what goes with it when it is deleted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.avisos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.contratista import (
    CAMPOS_CONTRATISTA,
    DatosGenerales,
    PasoContratista,
)
from icsoe_desktop.domain.icsoe.domicilio import TEXT_FIELDS, Domicilio, in_catalogue
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.services.acceso.autorizacion import (
    authorize,
    avance_of,
    contratista_of,
    require_step,
)
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.cambios_ajenos import keep_others
from icsoe_desktop.services.contratista.domicilios import asentamientos_of, catalogo_vigente
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import (
    ActivacionRow,
    AcuseRow,
    ContratistaRow,
    DomicilioRow,
    PersonaRow,
    RelacionRow,
)
from icsoe_desktop.store.tables.informativa import (
    AcuseInformativaRow,
    ContratanteRow,
    ContratoRow,
    FolioRepseRow,
    InformativaRow,
)
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow
from icsoe_desktop.store.tables.sistema import AjusteRow, CorreoRow

OBJETO = "contratista"
OTHER_VERSION = (
    "Los términos y condiciones cambiaron mientras los leía. No se guardó nada. Léalos de nuevo."
)
ONLY_MORAL = (
    "El domicilio social se pide sólo a las personas morales. No se cambió nada. Continúe con el "
    "paso siguiente."
)
DOMICILIO_CHANGED = (
    "Alguien más cambió el domicilio social mientras usted lo capturaba. No se guardó nada."
)
SIN_GENERALES = DatosGenerales(correo="", celular="")


@dataclass(frozen=True)
class DomicilioSocial:
    """The answer about the domicilio social.

    igual: equal to the fiscal address. None before the answer. domicilio: only if `igual` is False.
    """

    igual: bool | None = None
    domicilio: Domicilio | None = None

    def says_the_same(self, other: DomicilioSocial) -> bool:
        """True if both have the same texts. The catalogue does not count."""
        return (self.igual, _texts(self.domicilio)) == (other.igual, _texts(other.domicilio))


class DomicilioAjenoError(UserFacingError):
    """Another person changed the domicilio meanwhile. Nothing was saved. ahora: current value."""

    def __init__(self, ahora: DomicilioSocial) -> None:
        super().__init__(DOMICILIO_CHANGED)
        self.ahora = ahora


@dataclass(frozen=True, kw_only=True)
class Perfil:
    """«Perfil del usuario», for the header of every ICSOE window.

    rfc: of the session's contratista. Empty until a capturista chooses one.
    curp: of a capturista. Empty for a contratista. efirma: its last day; None for a capturista.
    """

    rfc: str = field(repr=False)
    curp: str = field(repr=False)
    nombre: str = field(repr=False)
    contratista: str = field(repr=False)
    rol: str
    numero: int | None
    efirma: date | None = None


@dataclass(frozen=True)
class InformacionContratista:
    """Contents of «Información del contratista».

    domicilio_igual: None before the answer. domicilio: only if it is False.
    """

    paso: PasoContratista
    pasos: tuple[PasoContratista, ...]
    generales: DatosGenerales | None
    domicilio_igual: bool | None
    domicilio: Domicilio | None
    tiene_acuse: bool


class ContratistasService:
    """The data of the session's contratista. Each step saves at once."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora

    def perfil(self, sesion: Sesion) -> Perfil:
        """Raises NotAllowedError."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CAPTURAR_INFORMATIVA)
            row = db.get(ContratistaRow, sesion.contratista_id) if sesion.contratista_id else None
            curp = ""
            if sesion.rol is Rol.CAPTURISTA:
                curp = db.get_one(PersonaRow, sesion.usuario_id).curp
            return Perfil(
                rfc=row.rfc if row else "",
                curp=curp,
                nombre=sesion.nombre,
                contratista=row.nombre if row else "",
                rol=str(sesion.rol),
                numero=row.numero if row else None,
                efirma=fecha_local(row.efirma_hasta)
                if row and sesion.rol is Rol.CONTRATISTA
                else None,
            )

    def informacion(self, sesion: Sesion) -> InformacionContratista:
        """Raises NotAllowedError."""
        with self._store.read() as db:
            row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            avance = avance_of(db, row)
            generales = None
            if row.correo is not None:
                names = CAMPOS_CONTRATISTA.names(Place.FORM)
                generales = DatosGenerales(**{name: getattr(row, name) or "" for name in names})
            return InformacionContratista(
                paso=avance.paso,
                pasos=avance.pasos,
                generales=generales,
                domicilio_igual=row.domicilio_igual,
                domicilio=_domicilio(db, row),
                tiene_acuse=avance.tiene_acuse,
            )

    def accept_terminos(self, sesion: Sesion, version: str) -> PasoContratista:
        """Record the acceptance of the términos and the aviso. Returns the next step.

        version: version of the displayed text. Raises InvalidInputError if it is not
        TERMINOS_VERSION.
        """
        with self._store.write() as db:
            row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            if version != TERMINOS_VERSION:
                raise InvalidInputError(OTHER_VERSION)
            if row.terminos_version != version:
                row.terminos_version = version
                row.terminos_aceptados = self._store.clock()
                self._bitacora.record(
                    db, sesion, Accion.TERMINOS_ACEPTADOS, OBJETO, row.id, version
                )
                self._bitacora.record(
                    db, sesion, Accion.AVISO_ACEPTADO, OBJETO, row.id, AVISO_ICSOE_VERSION
                )
            return next_step(db, self._store, row)

    def save_generales(
        self,
        sesion: Sesion,
        *,
        correo: str,
        celular: str,
        telefono_fijo: str = "",
        visto: DatosGenerales | None = None,
    ) -> PasoContratista:
        """Save the general data. Returns the next step.

        visto: the values that the form was opened with, SIN_GENERALES for an empty form. Fields
        that the user did not change keep their current values.
        Raises InvalidInputError (campo: the field), CambioAjenoError and NotAllowedError.
        """
        with self._store.write() as db:
            row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            require_step(db, row, PasoContratista.DATOS_GENERALES)
            datos = DatosGenerales.parse(
                correo=correo, celular=celular, telefono_fijo=telefono_fijo
            )
            if visto is not None:
                datos = DatosGenerales.parse(**keep_others(visto, datos, row, CAMPOS_CONTRATISTA))
            changed = CAMPOS_CONTRATISTA.changed(row, datos)
            for campo in changed:
                setattr(row, campo, getattr(datos, campo))
            if changed:
                detalle = CAMPOS_CONTRATISTA.labels(changed)
                self._note(db, sesion, row, Accion.CAMBIO_DATOS_GENERALES, detalle)
            return next_step(db, self._store, row)

    def save_domicilio_igual(
        self, sesion: Sesion, visto: DomicilioSocial | None = None
    ) -> PasoContratista:
        """«Sí»: the domicilio social equals the fiscal one. Returns the next step.

        visto: the value that the form was opened with. Raises DomicilioAjenoError if it changed.
        """
        with self._store.write() as db:
            row = self._for_domicilio(db, sesion)
            _refuse_other(_social(db, row), visto, DomicilioSocial(igual=True))
            row.domicilio_igual = True
            db.execute(delete(DomicilioRow).where(DomicilioRow.contratista_id == row.id))
            self._note(db, sesion, row, Accion.CAMBIO_DOMICILIO, "igual al fiscal")
            return next_step(db, self._store, row)

    def save_domicilio(
        self, sesion: Sesion, domicilio: Domicilio, visto: DomicilioSocial | None = None
    ) -> PasoContratista:
        """«No»: save the address as typed. Returns the next step.

        `fuera_de_catalogo` and `catalogo` are computed here, so the argument's values are ignored.
        visto: the value that the form was opened with.
        Raises InvalidInputError (campo: the field), DomicilioAjenoError and NotAllowedError.
        """
        with self._store.write() as db:
            row = self._for_domicilio(db, sesion)
            checked = _against_catalogue(db, domicilio.cleaned())
            _refuse_other(_social(db, row), visto, DomicilioSocial(igual=False, domicilio=checked))
            kept = db.scalars(
                select(DomicilioRow).where(DomicilioRow.contratista_id == row.id)
            ).one_or_none()
            if kept is None:
                kept = DomicilioRow(id=self._store.new_id(), contratista_id=row.id)
                db.add(kept)
            for campo in (*TEXT_FIELDS, "fuera_de_catalogo", "catalogo"):
                setattr(kept, campo, getattr(checked, campo))
            kept.actualizado = self._store.clock()
            row.domicilio_igual = False
            db.flush()
            self._note(db, sesion, row, Accion.CAMBIO_DOMICILIO, "distinto del fiscal")
            return next_step(db, self._store, row)

    def _for_domicilio(self, db: Session, sesion: Sesion) -> ContratistaRow:
        row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
        if not row.es_persona_moral:
            raise NotAllowedError(ONLY_MORAL)
        require_step(db, row, PasoContratista.DOMICILIO)
        return row

    def _note(
        self, db: Session, sesion: Sesion, row: ContratistaRow, accion: Accion, detalle: str
    ) -> None:
        row.actualizado = self._store.clock()
        self._bitacora.record(db, sesion, accion, OBJETO, row.id, detalle)


def next_step(db: Session, store: Store, row: ContratistaRow) -> PasoContratista:
    """The next step. Records the time when the last step was completed."""
    db.flush()
    avance = avance_of(db, row)
    if avance.paso is PasoContratista.COMPLETO and row.completado is None:
        row.completado = store.clock()
    return avance.paso


def _texts(domicilio: Domicilio | None) -> tuple[str, ...]:
    if domicilio is None:
        return ()
    return tuple(getattr(domicilio, campo) for campo in TEXT_FIELDS)


def _domicilio(db: Session, row: ContratistaRow) -> Domicilio | None:
    kept = db.scalars(
        select(DomicilioRow).where(DomicilioRow.contratista_id == row.id)
    ).one_or_none()
    if kept is None:
        return None
    texts = {campo: getattr(kept, campo) for campo in TEXT_FIELDS}
    return Domicilio(**texts, fuera_de_catalogo=kept.fuera_de_catalogo, catalogo=kept.catalogo)


def _social(db: Session, row: ContratistaRow) -> DomicilioSocial:
    return DomicilioSocial(row.domicilio_igual, _domicilio(db, row))


def _refuse_other(
    actual: DomicilioSocial, visto: DomicilioSocial | None, wanted: DomicilioSocial
) -> None:
    """An address changes as a whole: merging would mix one street with another number."""
    if visto is not None and not actual.says_the_same(visto) and not actual.says_the_same(wanted):
        raise DomicilioAjenoError(actual)


def _against_catalogue(db: Session, domicilio: Domicilio) -> Domicilio:
    catalogo = catalogo_vigente(db)
    if catalogo is None:
        return replace(domicilio, fuera_de_catalogo=True, catalogo="")
    known = in_catalogue(domicilio, asentamientos_of(db, domicilio.codigo_postal))
    return replace(domicilio, fuera_de_catalogo=not known, catalogo=catalogo.nombre)


# Records of their own, referring rows before the rows that they refer to.
_RECORDS: tuple[Any, ...] = (
    RelacionRow,
    InformativaRow,
    ContratoRow,
    ContratanteRow,
    FolioRepseRow,
)


def owned_records(contratista_id: uuid.UUID) -> list[Select[uuid.UUID]]:
    """A query for each kind of record of the contratista: its ids."""
    return [select(row.id).where(row.contratista_id == contratista_id) for row in _RECORDS]


def forget_contratista(db: Session, contratista_id: uuid.UUID) -> None:
    """Delete all rows of a contratista but its own. The persons and the bitácora stay."""
    relaciones, informativas, *_ = owned = owned_records(contratista_id)
    names = [contratista_id.hex, *(one.hex for one in db.scalars(informativas))]
    for name in names:
        db.execute(delete(AjusteRow).where(AjusteRow.nombre.endswith(name, autoescape=True)))
    for ids in owned:
        db.execute(delete(ConflictoRow).where(ConflictoRow.registro.in_(ids)))
    db.execute(delete(ConflictoRow).where(ConflictoRow.registro == contratista_id))
    db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id.in_(relaciones)))
    db.execute(
        delete(AcuseInformativaRow).where(AcuseInformativaRow.informativa_id.in_(informativas))
    )
    for row in (*_RECORDS, DomicilioRow, AcuseRow):
        db.execute(delete(row).where(row.contratista_id == contratista_id))
    # A mail that is being sent belongs to its sender.
    db.execute(
        delete(CorreoRow).where(
            CorreoRow.contratista_id == contratista_id,
            CorreoRow.estado != EstadoCorreo.ENVIANDO,
        )
    )
    db.flush()
