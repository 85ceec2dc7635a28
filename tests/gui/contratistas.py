"""Contratistas that did all the first steps, for the windows that come after them."""

from __future__ import annotations

import uuid

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.domicilio import IGUAL
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow


def add_contratista(store: Store, numero: int, rfc: str, nombre: str) -> Sesion:
    """Its session, as after entering with an e.firma."""
    contratista_id: uuid.UUID = store.new_id()
    now = store.clock()
    with store.write() as db:
        db.add(
            ContratistaRow(
                id=contratista_id,
                numero=numero,
                rfc=rfc,
                nombre=nombre,
                es_persona_moral=len(rfc) == 12,
                efirma_numero="30001000000500003416",
                efirma_hasta=now,
                terminos_version=TERMINOS_VERSION,
                terminos_aceptados=now,
                correo="contratista@ejemplo.mx",
                celular="5511223344",
                telefono_fijo=None,
                domicilio_social=IGUAL,
                completado=now,
                siguiente_relacion=1,
                creado=now,
                actualizado=now,
            )
        )
    return Sesion(Rol.CONTRATISTA, contratista_id, nombre, contratista_id)
