"""A worker's ARCO rights over the contracts of one contratista."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.capturistas.privacidad import PrivacidadService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.privacidad import NOBODY, PRESENTED
from icsoe_desktop.services.informativa.service import InformativasService
from tests.conftest import Reloj
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.informativa.conftest import Caso
from tests.services.informativa.test_informativas import ENERO, working
from tests.services.mundo import PDF, Mundo
from tests.support.smtp_real import SmtpReal

WHO = filas(1, 1)[0]


@pytest.fixture
def privacidad(mundo: Mundo) -> PrivacidadService:
    return mundo.privacidad


def contracts(contratos: ContratosService, sesion: Sesion) -> None:
    """Two with the person, one without."""
    for at, rows in ((1, filas(5, 1)), (2, [WHO, *filas(3, 2)]), (3, filas(4, 3))):
        contratos.save_workers(sesion, contratos.save(sesion, contrato(at)), rows)


def present(informativas: InformativasService, sesion: Sesion, folder: Path, reloj: Reloj) -> None:
    """The return of the period is presented, and its acuse is stored."""
    informativa = informativas.create(sesion, PERIODO, TipoInformativa.NORMAL)
    for estado in (EstadoInformativa.REVISADA, EstadoInformativa.LISTA):
        informativas.mark(sesion, informativa, estado, NoProgress())
    reloj.now = ENERO
    acuse = folder / "acuse.pdf"
    acuse.write_bytes(PDF)
    informativas.save_acuse(sesion, informativa, acuse, folio="N1", presentada=ENERO, contratos=3)


def test_a_copy_says_every_contract_and_presented_return_of_the_person(
    caso: Caso, privacidad: PrivacidadService, tmp_path: Path
) -> None:
    contracts(caso.contratos, caso.moral)
    present(caso.informativas, caso.moral, tmp_path, caso.reloj)
    found = privacidad.export_worker(caso.moral, WHO.nss)
    assert [(each["Contratante"], each["NSS"]) for each in found["Contratos"]] == [
        (name, WHO.nss)
        for name in sorted(
            ("Contratante 1 SA de CV", "Contratante 2 SA de CV"),
            key=lambda name: str(contrato(int(name.split()[1])).inicio),
        )
    ]
    assert found[PRESENTED] == [{"Informativa": f"Normal, {PERIODO.nombre}"}]
    # Deleted from what may still change; what was presented stays and says so.
    assert privacidad.delete_worker(caso.moral, WHO.nss) == 2
    assert privacidad.export_worker(caso.moral, WHO.nss)["Contratos"] == []
    assert [
        row.trabajadores for row in sorted(caso.contratos.rows(caso.moral), key=lambda r: r.numero)
    ] == [
        4,
        3,
        4,
    ]
    logged = json.dumps(caso.mundo.audit())
    assert WHO.nss not in logged
    assert WHO.curp not in logged


def test_a_person_of_nobody_is_told(caso: Caso, privacidad: PrivacidadService) -> None:
    contracts(caso.contratos, caso.moral)
    for call in (privacidad.export_worker, privacidad.delete_worker):
        with pytest.raises(UserFacingError) as caught:
            call(caso.moral, "%")
        assert caught.value.message == NOBODY


def test_only_the_contratista_of_the_contracts_may(
    caso: Caso, privacidad: PrivacidadService, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    contracts(caso.contratos, caso.moral)
    capturista = working(caso.mundo, caso.moral, buzon_real)
    for call in (privacidad.export_worker, privacidad.delete_worker):
        with pytest.raises(UserFacingError) as caught:
            call(fisica, WHO.nss)
        assert caught.value.message == NOBODY
        with pytest.raises(NotAllowedError):
            call(capturista, WHO.nss)


def test_the_copy_of_a_contratista_has_contracts_workers_returns_and_acuses(
    caso: Caso, fisica: Sesion, tmp_path: Path
) -> None:
    contracts(caso.contratos, caso.moral)
    present(caso.informativas, caso.moral, tmp_path, caso.reloj)
    found = caso.mundo.privacidad.export_own(caso.moral)
    assert [one["Contratante"] for one in found["Contratos"]] == sorted(
        (one["Contratante"] for one in found["Contratos"]),
        key=[contrato(at).contratante.nombre for at in by_start()].index,
    )
    assert {one["Correo del contratante"] for one in found["Contratantes"]} == {
        f"contacto{at}@ejemplo.mx" for at in (1, 2, 3)
    }
    workers = found["Trabajadores de los contratos"]
    assert (len(workers), sum(one["NSS"] == WHO.nss for one in workers)) == (13, 2)
    assert found["Informativas"] == [
        {
            "Periodo": PERIODO.nombre,
            "Tipo de Informativa": "Normal",
            "Estado de la Informativa": "Presentada",
            "Folio del acuse": "N1",
            "Presentada": "12/01/2027 12:00",
            "Archivo del acuse": "acuse.pdf",
        }
    ]
    other = caso.mundo.privacidad.export_own(fisica)
    assert [other[name] for name in ("Contratantes", "Contratos", "Informativas")] == [[], [], []]


def by_start() -> list[int]:
    return sorted((1, 2, 3), key=lambda at: contrato(at).inicio or PERIODO.primero)
