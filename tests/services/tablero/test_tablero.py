"""The figures of the Tablero: which rule of the law each one counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.identificadores.numeros import check_digit_nss
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.domain.movimientos.movimiento import CausaBaja, TipoMovimiento, TipoSalario
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.correo.buzon import CuentaBuzon
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.terminos import DiaCalendario
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from icsoe_desktop.services.tablero.service import Cifra, month_to_compare
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import usuario_nuevo
from tests.gui.contratistas import add_contratista
from tests.services.movimientos.test_captura import ALTA
from tests.services.mundo import PDF, RFC_MORAL


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
    assert figures(application, alma) == {"Sin archivo": 2, "Ya trabajan": 1}
    keep(application, alma, 3, date(2026, 2, 24))  # fifth day, counted from the start
    assert figures(application, alma) == {"Sin archivo": 3, "Ya trabajan": 2, "Terminan hoy": 1}
    keep(application, alma, 4, date(2026, 2, 23))  # fifth day, counted from the next one
    keep(application, alma, 5, date(2026, 2, 20))  # its term ended
    assert figures(application, alma) == {
        "Sin archivo": 5, "Ya trabajan": 2, "Terminan hoy": 1, "Urgen": 1, "Tarde": 1,
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
    assert figures(application, alma) == {"Sin archivo": 2, "Terminan hoy": 1, "Tarde": 1}


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


def test_what_ends_next_is_told_although_nothing_is_near(
    application: Application, alma: Sesion
) -> None:
    (first,) = application.tablero.read(alma).proximos
    assert first == application.vigencias.all(alma)[0]


def answered(application: Application, sesion: Sesion, one: Any, day: date, folio: str) -> None:
    """The notice is in a lote of its own that the IMSS received on the day and approved."""
    plan = application.lotes.plan(sesion, [one], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(sesion, plan)
    application.lotes.mark_sent(sesion, lote.id, day)
    application.lotes.mark_received(sesion, lote.id, day, folio)
    application.lotes.mark_approved(sesion, lote.id, day)


def by_month(application: Application, sesion: Sesion) -> dict[str, tuple[list[int], list[int]]]:
    return {
        f"{one.primero:%Y-%m}": ([*one.tipos.values()], [*one.plazos.values()])
        for one in application.tablero.months(sesion)
        if any(one.tipos.values()) or any(one.plazos.values())
    }


def test_the_twelve_months_end_with_this_one(application: Application, alma: Sesion) -> None:
    months = application.tablero.months(alma)
    assert len(months) == 12
    assert (months[0].primero, months[0].ultimo) == (date(2025, 4, 1), date(2025, 4, 30))
    assert (months[8].primero, months[8].ultimo) == (date(2025, 12, 1), date(2025, 12, 31))
    assert (months[-1].primero, months[-1].ultimo) == (date(2026, 3, 1), date(2026, 3, 31))
    assert by_month(application, alma) == {}


def test_a_notice_counts_in_time_at_risk_or_late_by_the_day_on_which_the_imss_received_it(
    application: Application, alma: Sesion
) -> None:
    """LSS 15-I: an alta of Wednesday 4 February 2026 ends on the 10th, or on the 11th if counted
    from the next day.
    """
    for at, day in enumerate((date(2026, 2, 9), date(2026, 2, 10), date(2026, 2, 11))):
        one = keep(application, alma, at, date(2026, 2, 4))
        answered(application, alma, one, day, f"12345678{at}")
    late = keep(application, alma, 5, date(2026, 2, 4))
    answered(application, alma, late, date(2026, 2, 12), "123456785")
    nothing = {"tipo_trabajador": None, "tipo_salario": None, "jornada": None, "sbc": "", "umf": ""}
    baja = {"tipo": TipoMovimiento.BAJA, "causa_baja": CausaBaja.SEPARACION_VOLUNTARIA, **nothing}
    one = keep(application, alma, 6, date(2026, 1, 5), **baja)
    answered(application, alma, one, date(2026, 1, 6), "123456786")
    assert by_month(application, alma) == {
        "2026-01": ([0, 0, 1], [1, 0, 0]),
        "2026-02": ([4, 0, 0], [2, 1, 1]),
    }


def test_the_months_are_the_same_whether_their_terms_are_stored_computed_or_of_another_calendar(
    application: Application, alma: Sesion
) -> None:
    """An alta of Wednesday 4 February 2026 ends on the 10th; without the 9th, on the 11th."""
    for at, day in enumerate((date(2026, 2, 10), date(2026, 2, 11), date(2026, 2, 13))):
        one = keep(application, alma, at, date(2026, 2, 4))
        answered(application, alma, one, day, f"12345678{at}")
    computed = by_month(application, alma)
    application.terminos.update(alma, NoProgress())
    assert by_month(application, alma) == computed == {"2026-02": ([3, 0, 0], [1, 1, 1])}
    application.plazos.save_day(alma, DiaCalendario(date(2026, 2, 9), habil=False, motivo="Puente"))
    stale = by_month(application, alma)
    application.terminos.update(alma, NoProgress())
    assert by_month(application, alma) == stale == {"2026-02": ([3, 0, 0], [2, 0, 1])}


def test_a_notice_to_be_presented_counts_by_kind_at_once_and_as_late_once_its_term_ended(
    application: Application, alma: Sesion, reloj: Reloj
) -> None:
    one = keep(application, alma, 1, date(2026, 3, 2))
    keep(application, alma, 2, date(2025, 3, 31))  # thirteen months ago
    assert by_month(application, alma) == {"2026-03": ([1, 0, 0], [0, 0, 0])}
    reloj.advance(days=15)
    assert by_month(application, alma) == {"2026-03": ([1, 0, 0], [0, 0, 1])}
    plan = application.lotes.plan(alma, [one], OpcionesLote(), NoProgress())
    (lote,) = application.lotes.generate(alma, plan)
    application.lotes.mark_sent(alma, lote.id, date(2026, 3, 17))
    # Sent: nobody knows yet when the IMSS received it.
    assert by_month(application, alma) == {"2026-03": ([1, 0, 0], [0, 0, 0])}
    application.lotes.mark_received(alma, lote.id, date(2026, 3, 17), "123456789")
    assert by_month(application, alma) == {"2026-03": ([1, 0, 0], [0, 0, 1])}


def test_the_list_of_a_month_has_its_notices(application: Application, alma: Sesion) -> None:
    for at, day in enumerate((date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28))):
        keep(application, alma, at, day)
    february = application.tablero.months(alma)[-2]
    rows = application.movimientos.first_page(alma, february.filtro)
    assert len(rows) == sum(february.tipos.values()) == 2


def test_each_first_step_ticks_itself_off(
    application: Application, alma: Sesion, tmp_path: Any
) -> None:
    def done() -> set[str]:
        return {paso.value for paso, ready in application.tablero.read(alma).pasos.items() if ready}

    assert len(application.tablero.read(alma).pasos) == 5
    assert done() == set()
    application.registros_patronales.add(
        alma, registro_patronal="Y5412345109", razon_social="TALLERES SA", rfc="TBI990101QX5"
    )
    assert done() == {"Registro"}
    keep(application, alma, 1, date(2026, 3, 2))
    assert done() == {"Registro", "Movimiento"}
    application.respaldo.create(alma, tmp_path / "uno.respaldo", "Papel.Verde93", NoProgress())
    assert done() == {"Registro", "Movimiento", "Respaldo"}


def test_a_read_only_session_has_no_first_steps(application: Application, alma: Sesion) -> None:
    assert application.tablero.read(SESION_CONSULTA).pasos == {}


def test_a_contratista_sees_what_it_loses_within_sixty_days(
    application: Application, alma: Sesion, reloj: Reloj
) -> None:
    contratista = add_contratista(application.store, 7, RFC_MORAL, "TORNILLOS Y BIRLOS")
    with application.store.write() as db:
        row = db.get_one(ContratistaRow, contratista.contratista_id)
        row.efirma_hasta = reloj() + timedelta(days=90)
    board = application.tablero_contratista.read(contratista)
    (efirma,) = [one for one in board.vencimientos if not one.obligacion]
    assert board.proximos == ()
    reloj.advance(days=31)
    assert application.tablero_contratista.read(contratista).proximos == (efirma,)


def test_a_contratista_sees_the_returns_that_are_late_or_wait_for_the_signature(
    application: Application, reloj: Reloj, tmp_path: Path
) -> None:
    """2 March 2026: the window of septiembre–diciembre 2025 ended on Monday 19 January."""
    contratista = add_contratista(application.store, 7, RFC_MORAL, "TORNILLOS Y BIRLOS")
    service = application.informativas

    def waiting() -> list[tuple[str, str]]:
        found = application.tablero_contratista.read(contratista).informativas
        return [(fila.periodo.nombre, str(fila.estado)) for fila in found]

    assert waiting() == []
    service.create(contratista, Periodo(2026, 1), TipoInformativa.NORMAL)
    assert waiting() == []  # in preparation, and in time
    late = service.create(contratista, Periodo(2025, 3), TipoInformativa.SIN_INFORMACION)
    older = service.create(contratista, Periodo(2025, 2), TipoInformativa.NORMAL)
    assert waiting() == [
        ("mayo–agosto 2025", "En captura"),
        ("septiembre–diciembre 2025", "Revisada"),
    ]
    service.delete(contratista, older)
    service.mark(contratista, late, EstadoInformativa.LISTA, NoProgress())
    assert waiting() == [("septiembre–diciembre 2025", "Lista para firma")]
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(PDF)
    service.save_acuse(contratista, late, acuse, folio="F1", presentada=reloj(), contratos=0)
    assert waiting() == []
    service.create(contratista, Periodo(2026, 2), TipoInformativa.SIN_INFORMACION)
    assert waiting() == [("mayo–agosto 2026", "Revisada")]  # in time, and to be signed


def test_a_contratista_sees_how_many_of_its_own_mails_wait(
    application: Application, alma: Sesion
) -> None:
    contratista = add_contratista(application.store, 7, RFC_MORAL, "TORNILLOS Y BIRLOS")
    assert application.tablero_contratista.read(contratista).correos == CuentaBuzon(0, 0)
    mensaje = MensajeCorreo(para="beto@ejemplo.mx", asunto="Aviso", texto="Hola")
    with application.store.write() as db:
        for own in (contratista.contratista_id, contratista.contratista_id, None):
            application.buzon.enqueue(db, mensaje, contratista_id=own)
    assert application.tablero_contratista.read(contratista).correos == CuentaBuzon(2, 0)


def test_a_list_that_was_left_open_lets_go_of_the_data_when_the_program_closes(
    application: Application, alma: Sesion
) -> None:
    vista = application.movimientos.prepare(alma, TODOS, OrdenMovimientos(), NoProgress())
    assert application.movimientos._lists._open
    application.close()
    assert not application.movimientos._lists._open
    assert application.movimientos.rows(vista, 0, 1) == []


@pytest.mark.parametrize(
    ("hoy", "done", "wanted"),
    [
        (date(2026, 11, 5), "", date(2026, 10, 1)),
        (date(2026, 11, 17), "2026-09", date(2026, 10, 1)),
        (date(2026, 11, 10), "2026-10", None),
        (date(2026, 11, 4), "", None),
        (date(2026, 11, 18), "", None),
        (date(2026, 1, 9), "2025-11", date(2025, 12, 1)),
    ],
)
def test_the_emission_of_the_month_before_is_asked_for_until_it_was_compared(
    hoy: date, done: str, wanted: date | None
) -> None:
    assert month_to_compare(hoy, done) == wanted
