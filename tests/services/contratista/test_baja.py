"""A contratista deletes its own data (ARCO): all of it goes, and nothing of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso.autorizacion import GONE
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import AcuseRow, ContratistaRow, PersonaRow
from icsoe_desktop.store.tables.informativa import AcuseInformativaRow
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow
from icsoe_desktop.store.tables.sistema import AjusteRow
from tests.domain.icsoe.informativas import contrato, filas
from tests.gateways.certificados.generador import efirma_moral
from tests.services.mundo import PDF, RFC_MORAL, Mundo

load_all()

NP = NoProgress()


def use_everything(
    sesion: Sesion, mundo: Mundo, store: Store, bitacora: BitacoraService, acuse: Path
) -> None:
    """A capturista, a contract with workers, a presented return with its acuse, kept settings."""
    contratos, informativas = (
        ContratosService(store, bitacora),
        InformativasService(store, bitacora),
    )
    mundo.alta(sesion)
    contrato_id = contratos.save(sesion, contrato(1))
    contratos.save_workers(sesion, contrato_id, filas(20))
    former = informativas.tablero(sesion).periodo.previous
    presented = informativas.create(sesion, former, TipoInformativa.SIN_INFORMACION)
    informativas.mark(sesion, presented, EstadoInformativa.LISTA, NP)
    informativas.save_acuse(
        sesion, presented, acuse, folio="SI1", presentada=store.clock(), contratos=0
    )
    informativas.keep_ticks(sesion, presented, [0])


def keep_conflict(store: Store, contratista: Sesion) -> None:
    """A telephone of the contratista that lost against that of another desktop."""
    assert contratista.contratista_id is not None
    with store.write() as db:
        db.add(
            ConflictoRow(
                id=store.new_id(), coleccion="contratistas", registro=contratista.contratista_id,
                clase="campo", campo="celular", vigente='["5551111111"]',
                perdido='["5552222222"]', otro=None, cuando=store.clock(),
            )
        )  # fmt: skip


def rows_of(store: Store, contratista: Sesion) -> dict[str, int]:
    """Table → rows of the contratista, in every table that names one, but the bitácora."""
    found = {}
    with store.read() as db:
        for mapper in Row.registry.mappers:
            table = mapper.local_table
            if "contratista_id" in table.c and table.name != "bitacora":
                query = select(func.count()).where(
                    table.c.contratista_id == contratista.contratista_id
                )
                found[str(table.name)] = db.scalar(query) or 0
    return found


@pytest.fixture
def acuse(tmp_path: Path) -> Path:
    path = tmp_path / "acuse.pdf"
    path.write_bytes(PDF)
    return path


def test_all_of_the_contratista_goes_and_the_other_keeps_all(
    mundo: Mundo,
    moral: Sesion,
    fisica: Sesion,
    store: Store,
    bitacora: BitacoraService,
    acuse: Path,
) -> None:
    for sesion in (moral, fisica):
        use_everything(sesion, mundo, store, bitacora, acuse)
        keep_conflict(store, sesion)
    before = rows_of(store, fisica)
    used = {name for name, count in rows_of(store, moral).items() if count}
    assert used >= {"relaciones", "contratos", "contratantes", "folios_repse", "informativas"}
    mundo.privacidad.delete_own(moral)
    assert set(rows_of(store, moral).values()) == {0}
    assert rows_of(store, fisica) == before
    with store.read() as db:
        assert db.scalars(select(ContratistaRow.id)).all() == [fisica.contratista_id]
        assert db.scalars(select(ConflictoRow.registro)).all() == [fisica.contratista_id]
        assert db.scalar(select(func.count()).select_from(AcuseInformativaRow)) == 1
        names = db.scalars(select(AjusteRow.nombre)).all()
        assert sum(name.startswith("informativa_capturados") for name in names) == 1
        # The capturista works for the other too.
        assert db.scalar(select(func.count()).select_from(PersonaRow)) == 1
        assert db.scalar(select(func.count()).select_from(AcuseRow)) == before.get("acuses", 0)
    assert mundo.audit()[-1][0] == Accion.BORRADO_DATOS_PERSONALES.value


def test_its_session_is_told_and_its_efirma_begins_anew(
    mundo: Mundo, moral: Sesion, store: Store, bitacora: BitacoraService, acuse: Path
) -> None:
    use_everything(moral, mundo, store, bitacora, acuse)
    mundo.privacidad.delete_own(moral)
    with store.read() as db:
        assert db.scalar(select(func.count()).select_from(PersonaRow)) == 0
    contratos = ContratosService(store, bitacora)
    with pytest.raises(NotAllowedError) as caught:
        contratos.rows(moral)
    assert caught.value.message == GONE
    again = mundo.enter(efirma_moral(), RFC_MORAL)
    assert again.contratista_id != moral.contratista_id
    assert contratos.contratantes(mundo.enter(efirma_moral(), RFC_MORAL)) == ()
