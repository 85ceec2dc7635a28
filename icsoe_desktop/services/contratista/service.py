"""The contratista's own data, the first steps, and what goes with it when it is deleted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
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
from icsoe_desktop.domain.icsoe.domicilio import (
    IGUAL,
    ClaseDomicilio,
    Domicilio,
    RespuestaDomicilio,
)
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.services.acceso.autorizacion import (
    avance_of,
    contratista_of,
    reading,
    require_step,
)
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.cambios_ajenos import keep_others
from icsoe_desktop.services.contratista.domicilios import against_catalogue
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import (
    ActivacionRow,
    AcuseRow,
    ContratistaRow,
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
    "Alguien más cambió este domicilio mientras usted lo capturaba. No se guardó nada."
)
SIN_GENERALES = DatosGenerales(correo="", celular="")


class DomicilioAjenoError(UserFacingError):
    """Another person changed the domicilio meanwhile. Nothing was saved. ahora: current value."""

    def __init__(self, ahora: RespuestaDomicilio) -> None:
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
    """Contents of «Información del contratista»."""

    paso: PasoContratista
    pasos: tuple[PasoContratista, ...]
    generales: DatosGenerales | None
    social: RespuestaDomicilio
    convencional: RespuestaDomicilio
    tiene_acuse: bool


class ContratistasService:
    """The data of the session's contratista. Each step saves at once."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def perfil(self, sesion: Sesion) -> Perfil:
        """Raises NotAllowedError."""
        with reading(self._store, sesion, Permiso.CAPTURAR_INFORMATIVA) as db:
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
                social=RespuestaDomicilio.of(row.domicilio_social),
                convencional=RespuestaDomicilio.of(row.domicilio_convencional),
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
                self._note(db, sesion, Accion.TERMINOS_ACEPTADOS, row.id, version)
                self._note(db, sesion, Accion.AVISO_ACEPTADO, row.id, AVISO_ICSOE_VERSION)
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
                self._changed(db, sesion, row, Accion.CAMBIO_DATOS_GENERALES, detalle)
            return next_step(db, self._store, row)

    def save_domicilio(
        self,
        sesion: Sesion,
        domicilio: Domicilio | None,
        visto: RespuestaDomicilio | None = None,
        clase: ClaseDomicilio = ClaseDomicilio.SOCIAL,
    ) -> PasoContratista:
        """Save an address as typed; None: it is the fiscal one. Returns the next step.

        `fuera_de_catalogo` is computed here. visto: the value that the form was opened with.
        Raises InvalidInputError (campo: the field), DomicilioAjenoError and NotAllowedError.
        """
        with self._store.write() as db:
            row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            social = clase is ClaseDomicilio.SOCIAL
            if social and not row.es_persona_moral:
                raise NotAllowedError(ONLY_MORAL)
            paso = PasoContratista.DOMICILIO if social else PasoContratista.CONVENCIONAL
            require_step(db, row, paso)
            wanted = RespuestaDomicilio(igual=True)
            if domicilio is not None:
                wanted = RespuestaDomicilio(False, against_catalogue(db, domicilio.cleaned()))
            actual = RespuestaDomicilio.of(getattr(row, clase))
            # An address changes as a whole: merging would mix one street with another number.
            if visto is not None and not any(actual.says_the_same(one) for one in (visto, wanted)):
                raise DomicilioAjenoError(actual)
            setattr(row, clase, wanted.domicilio.valor if wanted.domicilio else IGUAL)
            accion = Accion.CAMBIO_DOMICILIO if social else Accion.CAMBIO_CONVENCIONAL
            self._changed(db, sesion, row, accion, IGUAL if wanted.igual else "distinto del fiscal")
            return next_step(db, self._store, row)

    def _changed(
        self, db: Session, sesion: Sesion, row: ContratistaRow, accion: Accion, detalle: str
    ) -> None:
        row.actualizado = self._store.clock()
        self._note(db, sesion, accion, row.id, detalle)


def next_step(db: Session, store: Store, row: ContratistaRow) -> PasoContratista:
    """The next step. Records the time when the last step was completed."""
    db.flush()
    avance = avance_of(db, row)
    if avance.paso is PasoContratista.COMPLETO and row.completado is None:
        row.completado = store.clock()
    return avance.paso


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
    for row in (*_RECORDS, AcuseRow):
        db.execute(delete(row).where(row.contratista_id == contratista_id))
    # A mail that is being sent belongs to its sender.
    db.execute(
        delete(CorreoRow).where(
            CorreoRow.contratista_id == contratista_id,
            CorreoRow.estado != EstadoCorreo.ENVIANDO,
        )
    )
    db.flush()
