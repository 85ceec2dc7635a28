"""ARCO rights: exports or deletes the data of one person on request."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.fields import Field, Place
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, GRUPO, ROL
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_ACUSE, CAMPOS_CONTRATISTA
from icsoe_desktop.domain.icsoe.domicilio import ClaseDomicilio, RespuestaDomicilio, in_parts
from icsoe_desktop.domain.icsoe.repse import VentanaRepse
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.persona import IdentidadPersona
from icsoe_desktop.services.acceso.autorizacion import authorize, contratista_of
from icsoe_desktop.services.acceso.icsoe import without_contratista
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.services.capturistas.relaciones import forget_relation, relation_of
from icsoe_desktop.services.contratista.service import forget_contratista
from icsoe_desktop.services.informativa.privacidad import copy_of_worker, forget_worker, sections_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import (
    AcuseRow,
    ContratistaRow,
    PersonaRow,
    RelacionRow,
)
from icsoe_desktop.store.tables.sistema import BitacoraRow

OBJETO = "capturista"
OBJETO_CONTRATISTA = "contratista"
OBJETO_TRABAJADOR = "trabajador de contrato"
Seccion = dict[str, str]
SAME_ADDRESS = "Igual al domicilio fiscal"
_IDENTITY = IdentidadPersona.__dataclass_fields__


class PrivacidadService:
    def __init__(self, store: Store, bitacora: BitacoraService, correos: CorreosCapturista) -> None:
        self._store = store
        self._bitacora = bitacora
        self._note = bitacora.about(OBJETO)
        self._correos = correos

    def export(self, sesion: Sesion, relacion_id: uuid.UUID) -> dict[str, Any]:
        """All data of a capturista that this contratista has, for JSON, in reading order.

        Section title → {label: value}, or → a list of such mappings. The PDF uses the same titles
        and labels. Raises UserFacingError.
        """
        with self._store.write() as db:
            contratista = contratista_of(db, sesion, Permiso.ADMINISTRAR_CAPTURISTAS)
            row, persona = relation_of(db, contratista, relacion_id)
            found = {
                "Documento": self._document(contratista.nombre),
                "Datos de identificación": _identity(row),
                "Relación con el contratista": _relation(row, contratista),
                "Bitácora": _lines(
                    db,
                    BitacoraRow.contratista_id == contratista.id,
                    or_(BitacoraRow.objeto_id == row.id, BitacoraRow.quien == persona.id.hex),
                ),
            }
            self._note(db, sesion, Accion.EXPORTACION_DATOS_PERSONALES, row.id)
        return found

    def export_own(self, sesion: Sesion) -> dict[str, Any]:
        """The same export for the session's user: the contratista or a capturista."""
        with self._store.write() as db:
            if sesion.rol is Rol.CAPTURISTA:
                found = self._of_capturista(db, without_contratista(sesion))
            else:
                found = self._of_contratista(db, sesion)
            self._note(db, sesion, Accion.EXPORTACION_DATOS_PERSONALES, sesion.usuario_id)
        return found

    def delete(self, sesion: Sesion, relacion_id: uuid.UUID) -> None:
        """Delete a capturista: the relation, its links and its mails.

        The person and their password are deleted too if no other contratista has them. Raises
        UserFacingError.
        """
        with self._store.write() as db:
            contratista = contratista_of(db, sesion, Permiso.ADMINISTRAR_CAPTURISTAS)
            row, persona = relation_of(db, contratista, relacion_id)
            self._correos.drop_links_of_relation(db, row.id)
            addresses = {row.correo}
            if forget_relation(db, row, persona) and persona.correo is not None:
                addresses.add(persona.correo)
            for address in addresses:
                self._correos.forget_address(db, address)
            self._note(db, sesion, Accion.BORRADO_DATOS_PERSONALES, relacion_id)

    def delete_own(self, sesion: Sesion) -> None:
        """Delete the session's contratista with its capturistas, contracts, returns and acuses.

        The bitácora stays, which has no personal data but the name. Raises NotAllowedError.
        """
        with self._store.write() as db:
            contratista = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
            addresses = {contratista.correo}
            relations = db.execute(
                select(RelacionRow, PersonaRow)
                .join(PersonaRow, PersonaRow.id == RelacionRow.persona_id)
                .where(RelacionRow.contratista_id == contratista.id)
            ).all()
            for row, persona in relations:
                addresses |= {row.correo, persona.correo}
                self._correos.drop_links_of_relation(db, row.id)
                forget_relation(db, row, persona)
            forget_contratista(db, contratista.id)
            db.delete(contratista)
            db.flush()
            for address in addresses - {None}:
                self._correos.forget_address(db, str(address))
            self._bitacora.record(
                db, sesion, Accion.BORRADO_DATOS_PERSONALES, OBJETO_CONTRATISTA, sesion.usuario_id
            )

    def export_worker(self, sesion: Sesion, nss: str) -> dict[str, Any]:
        """All that the contracts of this contratista have of a worker, for JSON or PDF.

        Raises NotAllowedError for anyone but the contratista, UserFacingError if nobody is found.
        """
        with self._store.write() as db:
            contratista = contratista_of(db, sesion, Permiso.ADMINISTRAR_CAPTURISTAS)
            found = copy_of_worker(db, contratista, nss)
            accion = Accion.EXPORTACION_DATOS_PERSONALES
            self._bitacora.record(db, sesion, accion, OBJETO_TRABAJADOR)
            return {"Documento": self._document(contratista.nombre), **found}

    def delete_worker(self, sesion: Sesion, nss: str) -> int:
        """Take a worker out of every contract. Returns of how many. Raises the same errors."""
        with self._store.write() as db:
            contratista = contratista_of(db, sesion, Permiso.ADMINISTRAR_CAPTURISTAS)
            count = forget_worker(db, self._store, contratista, sesion, nss)
            self._bitacora.record(db, sesion, Accion.BORRADO_DATOS_PERSONALES, OBJETO_TRABAJADOR)
            return count

    def _of_capturista(self, db: Session, sesion: Sesion) -> dict[str, Any]:
        authorize(db, sesion, Permiso.ELEGIR_CONTRATISTA)
        persona = db.get_one(PersonaRow, sesion.usuario_id)
        relations = db.execute(
            select(RelacionRow, ContratistaRow)
            .join(ContratistaRow, ContratistaRow.id == RelacionRow.contratista_id)
            .where(RelacionRow.persona_id == persona.id)
            .order_by(RelacionRow.creado)
        ).all()
        return {
            "Documento": self._document("ICSOE Desktop"),
            "Datos de identificación": _identity(persona),
            "Acceso": {
                "Correo comprobado": persona.correo or "",
                "Contraseña creada": _moment(persona.contrasena_creada),
                "Aviso de privacidad aceptado": persona.aviso_version or "",
            },
            "Relaciones": [_relation(row, contratista) for row, contratista in relations],
            "Bitácora": _lines(db, BitacoraRow.quien == persona.id.hex),
        }

    def _of_contratista(self, db: Session, sesion: Sesion) -> dict[str, Any]:
        row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
        acuse = only(db, AcuseRow, contratista_id=row.id)
        return {
            "Documento": self._document(row.nombre),
            "Datos generales": _section(row, CAMPOS_CONTRATISTA.at(Place.ARCO)),
            **{
                CAMPOS_CONTRATISTA.label(clase): _address(getattr(row, clase))
                for clase in ClaseDomicilio
            },
            "Acuse REPSE": {}
            if acuse is None
            else _section(
                acuse,
                CAMPOS_ACUSE,
                cierra=VentanaRepse(acuse.fecha).cierra,
                vence=VentanaRepse(acuse.fecha).vence,
            ),
            **sections_of(db, row),
            "Bitácora": _lines(db, BitacoraRow.quien == row.id.hex),
        }

    def _document(self, responsible: str) -> Seccion:
        return {"Responsable": responsible, "Generado": _moment(self._store.clock())}


def _identity(row: RelacionRow | PersonaRow) -> Seccion:
    curp = Curp(row.curp)
    return {
        **_section(row, [each for each in CAMPOS_CAPTURISTA if each.name in _IDENTITY]),
        "Sexo": curp.sexo.nombre,
        "Fecha de nacimiento": _day(curp.fecha_nacimiento),
        "Entidad de nacimiento": curp.entidad,
    }


def _relation(row: RelacionRow, contratista: ContratistaRow) -> Seccion:
    others = [each for each in CAMPOS_CAPTURISTA.at(Place.ARCO) if each.name not in _IDENTITY]
    return _section(row, others, contratista=contratista.nombre, rol=ROL, grupo=GRUPO)


def _section(row: Row, fields: Iterable[Field], **known: object) -> Seccion:
    """label → value. known: values that are not attributes of the row."""
    return {
        each.title(Place.ARCO): _shown(
            known[each.name] if each.name in known else getattr(row, each.name)
        )
        for each in fields
    }


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return _moment(value)
        case date():
            return _day(value)
        case bytes():
            return value.hex()
        case _:
            return str(value)


def _address(text: str | None) -> Seccion:
    respuesta = RespuestaDomicilio.of(text)
    answer = {None: "", True: "Sí", False: "No"}[respuesta.igual]
    return {SAME_ADDRESS: answer, **dict(in_parts(respuesta.domicilio))}


def _lines(db: Session, *where: ColumnElement[bool]) -> list[Seccion]:
    rows = db.scalars(select(BitacoraRow).where(*where).order_by(BitacoraRow.id))
    return [
        {"Fecha": _moment(row.cuando), "Acción": row.accion, "Detalle": row.detalle} for row in rows
    ]


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M}"


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
