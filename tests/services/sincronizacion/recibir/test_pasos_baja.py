"""A contratista deletes its data in an office: what happens on the other desktops."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.autorizacion import GONE
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.services.capturistas.privacidad import PrivacidadService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.mundo import PDF
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.test_pasos import CURP, meet
from tests.services.sincronizacion.valores.test_pasos_informativa import Mesa

NP = NoProgress()
OTRO = "OFI010101AB2"
PERIODO_PASADO = PERIODO.previous.previous.previous


class Despacho:
    """Two desktops with two contratistas; the first has contracts, a return and an acuse."""

    def __init__(self, uno: Equipo, dos: Equipo, acuse: Path) -> None:
        self.equipos = uno, dos
        self.contratista = uno.add_contratista("OFI010101AB1")
        self.otro = uno.add_contratista(OTRO)
        uno.add_capturista(self.contratista, CURP)
        uno.add_capturista(self.otro, CURP)
        meet(uno, dos)
        self.mesas = Mesa(uno, self.contratista), Mesa(dos, self.contratista)
        one, other = self.mesas
        self.contratos = [one.contratos.save(one.sesion, contrato(at)) for at in (1, 2)]
        for each in self.contratos:
            one.contratos.save_workers(one.sesion, each, filas(20))
        ajeno = Mesa(uno, self.otro)
        ajeno.contratos.save(ajeno.sesion, contrato(3))
        meet(uno, dos)
        # Kept on the other desktop: its file is nowhere else.
        returns = other.informativas
        informativa = returns.create(other.sesion, PERIODO_PASADO, TipoInformativa.SIN_INFORMACION)
        returns.mark(other.sesion, informativa, EstadoInformativa.LISTA, NP)
        returns.save_acuse(
            other.sesion,
            informativa,
            acuse,
            folio="SI1",
            presentada=dos.store.clock(),
            contratos=0,
        )
        meet(uno, dos)

    def delete(self) -> None:
        """The contratista deletes its data on the first desktop."""
        store = self.equipos[0].store
        correos = CorreosCapturista(store, None, MailTemplates())  # type: ignore[arg-type]
        PrivacidadService(store, BitacoraService(store), correos).delete_own(self.mesas[0].sesion)

    def counts(self) -> list[dict[str, int]]:
        return [{table: equipo.count(table) for table in TABLES} for equipo in self.equipos]


TABLES = (
    "contratistas",
    "relaciones",
    "personas",
    "contratantes",
    "folios_repse",
    "contratos",
    "informativas",
    "acuses_informativa",
)
OF_THE_OTHER = dict(zip(TABLES, (1, 1, 1, 1, 1, 1, 0, 0), strict=True))


@pytest.fixture
def acuse(tmp_path: Path) -> Path:
    path = tmp_path / "acuse.pdf"
    path.write_bytes(PDF)
    return path


def gone_everywhere(despacho: Despacho) -> None:
    despacho.delete()
    meet(*despacho.equipos)
    assert despacho.counts() == [OF_THE_OTHER, OF_THE_OTHER]
    uno, dos = despacho.equipos
    assert dos.replica() == uno.replica()
    for equipo in despacho.equipos:
        assert equipo.count("sincronizacion_salida") == 0
        assert equipo.conflicts() == ()
    with pytest.raises(NotAllowedError) as caught:
        despacho.mesas[1].contratos.rows(despacho.mesas[1].sesion)
    assert caught.value.message == GONE


def test_all_of_it_goes_on_every_desktop_with_the_files_of_its_acuses(
    uno: Equipo, dos: Equipo, acuse: Path
) -> None:
    gone_everywhere(Despacho(uno, dos, acuse))


def test_what_somebody_edited_meanwhile_brings_the_contratista_back_with_it(
    uno: Equipo, dos: Equipo, acuse: Path
) -> None:
    despacho = Despacho(uno, dos, acuse)
    edited, _other = despacho.contratos
    despacho.delete()
    despacho.mesas[1].edit(edited, objeto="Editado sin red")
    meet(*despacho.equipos)
    for mesa in despacho.mesas:
        assert mesa.contratos.get(mesa.sesion, edited).datos.objeto == "Editado sin red"
        assert list(mesa.workers(edited)) == filas(20)
        assert [row.id for row in mesa.contratos.rows(mesa.sesion)] == [edited]
    assert dos.replica() == uno.replica()
    # Deleted once more, nobody brings it back.
    despacho.delete()
    meet(*despacho.equipos)
    assert [found["contratistas"] for found in despacho.counts()] == [1, 1]
    assert [found["contratos"] for found in despacho.counts()] == [1, 1]


def test_its_efirma_may_enter_again_on_the_other_desktop(
    uno: Equipo, dos: Equipo, acuse: Path
) -> None:
    despacho = Despacho(uno, dos, acuse)
    despacho.delete()
    meet(uno, dos)
    again = dos.add_contratista("OFI010101AB1")
    assert again != despacho.contratista
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    sesion = Sesion(Rol.CONTRATISTA, again, "Obras Ficticias", again)
    for equipo in (uno, dos):
        bitacora = BitacoraService(equipo.store)
        assert ContratosService(equipo.store, bitacora).rows(sesion) == ()
        assert InformativasService(equipo.store, bitacora).tablero(sesion).filas == ()
