"""The figures of the Tablero: which rule of the law each one counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Rol, Sesion
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento, TipoSalario
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.tablero.service import Cifra
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import usuario_nuevo
from tests.services.movimientos.test_captura import ALTA


@pytest.fixture
def application(tmp_path: Any, keyring: MemoryKeyring, reloj: Reloj) -> Any:
    application = open_application(DataFolder(tmp_path), keyring=keyring, clock=reloj)
    yield application
    application.close()


@pytest.fixture
def alma(application: Application) -> Sesion:
    return application.usuarios.register(None, usuario_nuevo()).sesion


def keep(application: Application, sesion: Sesion, at: int, fecha: date, **changes: Any) -> Any:
    nss = f"1234567{at:03}"
    captura = replace(ALTA, nss=nss + check_digit_nss(nss), fecha=fecha, **changes)
    return application.movimientos.capture(sesion, captura).id


def figures(application: Application, sesion: Sesion) -> dict[str, int]:
    cifras = application.tablero.read(sesion).cifras
    return {cifra.value: count for cifra, count in cifras.items() if count}


def test_an_alta_is_uncovered_ends_today_is_at_risk_and_is_exposed_by_its_working_days(
    application: Application, alma: Sesion
) -> None:
    """LSS 15-I, with the day of the start and from the next one; today is Monday 2 March 2026."""
    keep(application, alma, 1, date(2026, 3, 3))  # starts tomorrow: in time
    assert figures(application, alma) == {"Sin archivo": 1}
    keep(application, alma, 2, date(2026, 2, 27))  # works since Friday
    assert figures(application, alma) == {"Sin archivo": 2, "Sin cubrir": 1}
    keep(application, alma, 3, date(2026, 2, 24))  # fifth day, counted from the start
    assert figures(application, alma) == {"Sin archivo": 3, "Sin cubrir": 2, "Terminan hoy": 1}
    keep(application, alma, 4, date(2026, 2, 23))  # fifth day, counted from the next one
    keep(application, alma, 5, date(2026, 2, 20))  # its term ended
    assert figures(application, alma) == {
        "Sin archivo": 5, "Sin cubrir": 2, "Terminan hoy": 1, "En riesgo": 1, "Expuestos": 1,
    }  # fmt: skip


def test_a_fixed_salary_ends_on_the_fifth_working_day_and_is_exposed_after_it(
    application: Application, alma: Sesion
) -> None:
    """LSS 34-I: from the day after the change."""
    cambio = {
        "tipo": TipoMovimiento.MODIFICACION,
        "tipo_salario": TipoSalario.FIJO,
        "tipo_trabajador": None,
        "umf": "",
    }
    keep(application, alma, 1, date(2026, 2, 23), **cambio)
    keep(application, alma, 2, date(2026, 2, 20), **cambio)
    assert figures(application, alma) == {"Sin archivo": 2, "Terminan hoy": 1, "Expuestos": 1}


def test_each_figure_counts_the_rows_of_its_list(
    application: Application, alma: Sesion, reloj: Reloj
) -> None:
    ids = [keep(application, alma, at, date(2026, 2, 17 + at)) for at in range(11)]
    taken = []
    for one in ids[:4]:
        plan = application.lotes.plan(alma, [one], OpcionesLote(), NoProgress())
        taken.append(application.lotes.generate(alma, plan)[0].id)
    day = date(2026, 3, 2)
    for lote in taken[1:]:
        application.lotes.mark_sent(alma, lote, day)
    for lote in taken[2:]:
        application.lotes.mark_received(alma, lote, day, "123456789")
    application.lotes.mark_rejected(alma, taken[3], day, "1", "Prueba")
    hoy = application.tablero.read(alma).hoy
    counted = application.tablero.read(alma).cifras
    assert {
        cifra: len(application.movimientos.first_page(alma, cifra.filtro(hoy))) for cifra in Cifra
    } == counted
    assert all(counted.values())
    assert (counted[Cifra.SIN_RESPUESTA], counted[Cifra.RECHAZADOS]) == (3, 1)


def test_the_oldest_lote_without_an_answer_comes_first_with_its_day(
    application: Application, alma: Sesion, reloj: Reloj
) -> None:
    for at in range(2):
        one = keep(application, alma, at, date(2026, 3, 2))
        plan = application.lotes.plan(alma, [one], OpcionesLote(), NoProgress())
        (lote,) = application.lotes.generate(alma, plan)
        if at == 0:
            application.lotes.mark_sent(alma, lote.id, date(2026, 3, 2))
        reloj.advance(days=3)
    waiting = application.tablero.read(alma).lotes
    assert [(one.estado, one.desde, one.movimientos) for one in waiting] == [
        (EstadoLote.ENVIADO, date(2026, 3, 2), 1),
        (EstadoLote.GENERADO, date(2026, 3, 5), 1),
    ]


def test_a_read_only_session_sees_the_figures_and_nothing_of_this_desktop(
    application: Application, alma: Sesion
) -> None:
    keep(application, alma, 1, date(2026, 2, 24))
    read = application.tablero.read(SESION_CONSULTA)
    assert read.cifras[Cifra.HOY] == 1
    assert (read.lotes, read.vencimientos, read.correos, read.respaldo) == ((), (), None, None)
    with pytest.raises(NotAllowedError):
        application.tablero.read(replace(alma, rol=Rol.CAPTURISTA))


def test_what_ends_next_is_told_although_nothing_is_near(
    application: Application, alma: Sesion
) -> None:
    (first,) = application.tablero.read(alma).vencimientos
    assert first == application.vigencias.all(alma)[0]
