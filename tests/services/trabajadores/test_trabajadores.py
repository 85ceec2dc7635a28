"""Who is known: one row for each NSS, from the movements alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.services.movimientos.valores import Duda
from icsoe_desktop.services.trabajadores.service import MAX_TEXT, TrabajadoresService
from icsoe_desktop.store.connection import raw_of
from tests.services.con_movimientos import Caso
from tests.services.movimientos.test_captura import ALTA, BAJA


def nss(at: int) -> str:
    begin = f"1234567{at:03}"
    return begin + check_digit_nss(begin)


def test_a_worker_is_one_row_as_the_newest_movement_says(caso: Caso) -> None:
    service = TrabajadoresService(caso.store)
    assert service.find(caso.sesion) == ((), 0)
    old = replace(ALTA, nombres="Íñigo Jose", curp="", fecha=date(2026, 1, 5), sbc="500.00")
    caso.movimientos.capture(caso.sesion, old)
    again = replace(ALTA, fecha=date(2026, 1, 20), sbc="600.00")
    caso.movimientos.capture(caso.sesion, again, aceptadas={Duda.OTRA_PERSONA})
    out = caso.movimientos.capture(caso.sesion, replace(BAJA, nss=ALTA.nss, curp=""))
    other = caso.movimientos.capture(caso.sesion, replace(ALTA, nss=nss(1), primer_apellido="ABAD"))
    filas, total = service.find(caso.sesion)
    assert total == 2
    assert [one.ultimo.id for one in filas] == [other.id, out.id]
    assert (filas[1].ultimo.tipo, filas[1].sbc) == (TipoMovimiento.BAJA, 600_00)
    assert filas[1].ultimo.estado is EstadoAviso.PENDIENTE


def test_a_rejected_salary_is_not_the_workers(caso: Caso) -> None:
    service = TrabajadoresService(caso.store)
    caso.movimientos.capture(caso.sesion, replace(ALTA, fecha=date(2026, 1, 5), sbc="500.00"))
    refused = caso.movimientos.capture(caso.sesion, replace(ALTA, sbc="600.00"))
    with caso.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4 WHERE id = ?", (refused.id.bytes,))
    ((one,), _) = service.find(caso.sesion)
    assert (one.ultimo.id, one.ultimo.estado) == (refused.id, EstadoAviso.RECHAZADO)
    assert one.sbc == 500_00


@pytest.mark.parametrize("few", [300, 1])
def test_a_part_of_a_name_an_nss_or_a_curp_finds(
    caso: Caso, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """few: with 1 the order of the names is walked, as for a word that many have."""
    monkeypatch.setattr("icsoe_desktop.store.movimientos.known_workers.FEW_WORKERS", few)
    service = TrabajadoresService(caso.store)
    for at, (primer, nombres) in enumerate(
        (("ÑANDÚ", "ANA MARÍA"), ("SOTO", "MARÍA"), ("SOTO", "ABEL")), start=1
    ):
        captura = replace(
            ALTA, nss=nss(at), curp="", primer_apellido=primer, segundo_apellido="", nombres=nombres
        )
        caso.movimientos.capture(caso.sesion, captura)

    def found(texto: str, limit: int = 9) -> list[str]:
        filas, total = service.find(caso.sesion, texto, limit)
        assert len(filas) == min(limit, total)
        return [one.ultimo.nss for one in filas]

    assert found("soto") == [nss(3), nss(2)]
    assert found("maria nandu") == [nss(1)]
    assert found("mar") == [nss(1), nss(2)]
    assert found("mar", limit=1) == [nss(1)]
    assert found(nss(2)[3:]) == [nss(2)]
    assert found(f"{nss(2)[:2]} {nss(2)[2:]}") == [nss(2)]
    assert found("") == [nss(1), nss(3), nss(2)]
    for nonsense in ('"', "%", "' OR 1=1 --", "*", "NEAR(", "x" * MAX_TEXT * 50):
        assert found(nonsense) == []
