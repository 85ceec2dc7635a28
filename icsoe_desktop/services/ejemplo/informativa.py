"""Contracts of the sample, and an Informativa under way."""

from __future__ import annotations

from datetime import date, timedelta

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.ejemplo.personas import DOMINIO, rfc
from icsoe_desktop.domain.icsoe.contrato import Contratante, DatosContrato, FolioRepse
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.ejemplo import guion

# Contratante, key of its RFC, what is done there, and whether its workers are listed already.
_CONTRATOS = (
    ("COMERCIAL INVENTADA SA DE CV", "COI", "Limpieza de sus oficinas y almacenes", True),
    ("HOSPITAL DE EJEMPLO SC", "HDE", "Vigilancia de sus accesos", True),
    ("TORRE FICTICIA SA DE CV", "TFI", "Mantenimiento de sus elevadores", False),
)


def begin_informativa(application: Application, contratista: Sesion, hoy: date) -> None:
    """One contract of three has no workers yet: the review says so."""
    informativas, contratos = application.informativas, application.contratos
    periodo = informativas.tablero(contratista).periodo
    ids = [
        contratos.save(
            contratista,
            DatosContrato(
                numero=f"SE-{at:03}/{periodo.ejercicio}",
                objeto=objeto,
                inicio=min(hoy, periodo.primero + timedelta(days=5 * at)),
                fin=periodo.ultimo + timedelta(days=180),
                contratante=Contratante(
                    rfc=rfc(clave, "120305", "K7"),
                    nombre=nombre,
                    correo=f"{clave.lower()}@{DOMINIO}",
                    celular="5500000000",
                ),
                folio=FolioRepse(folio="AR00000/2024", texto="Servicios generales de ejemplo"),
            ),
        )
        for at, (nombre, clave, objeto, _listed) in enumerate(_CONTRATOS, 1)
    ]
    informativa = informativas.create(contratista, periodo, TipoInformativa.NORMAL)
    for contrato, registro, (*_, listed) in zip(ids, guion.REGISTROS, _CONTRATOS, strict=True):
        if listed:
            found = contratos.fill(contratista, contrato, informativa, [registro], NoProgress())
            contratos.save_workers(contratista, contrato, found.filas)
    informativas.declare(contratista, informativa, len(ids))
