"""Returns from the first contract to the kept acuse."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select, text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contrato import DatosContrato, Motivo
from icsoe_desktop.domain.icsoe.domicilio import ClaseDomicilio, Domicilio
from icsoe_desktop.domain.icsoe.informativa import (
    FROZEN,
    ONLY_CONTRATISTA,
    EstadoInformativa,
    TipoInformativa,
)
from icsoe_desktop.domain.icsoe.periodo import Urgencia, also_late
from icsoe_desktop.domain.icsoe.trabajadores import TrabajadorContrato, read_csv
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import Accion
from icsoe_desktop.services.informativa.contratos import (
    CHANGED,
    IN_PRESENTED,
    LIST_CHANGED,
    ContratosService,
)
from icsoe_desktop.services.informativa.filas import CONTRATO_GONE, INFORMATIVA_GONE, NO_TERM
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.informativa.conftest import Caso
from tests.services.mundo import BUENA, PDF, RFC_MORAL, Mundo, curp_numero, direccion
from tests.support.smtp_real import SmtpReal

E = EstadoInformativa
T = TipoInformativa
NP = NoProgress()
ENERO = datetime(2027, 1, 12, 18, 0, tzinfo=UTC)


@pytest.fixture
def acuse(tmp_path: Path) -> Path:
    path = tmp_path / "acuse_icsoe.pdf"
    path.write_bytes(PDF)
    return path


def fill(
    contratos: ContratosService, sesion: Sesion, cuantos: int = 3
) -> list[tuple[DatosContrato, list[TrabajadorContrato]]]:
    made = []
    for at in range(1, cuantos + 1):
        datos, rows = contrato(at), filas(at * 10, at)
        contratos.save_workers(sesion, contratos.save(sesion, datos), rows)
        made.append((datos, rows))
    return made


def test_a_return_goes_from_its_contracts_to_the_kept_acuse(caso: Caso, acuse: Path) -> None:
    made = fill(caso.contratos, caso.moral)
    made.sort(key=lambda each: each[0].inicio or date.min)
    informativa = caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    rows = caso.contratos.rows(caso.moral, informativa)
    assert [(row.dentro, row.motivo, row.trabajadores) for row in rows] == [
        (True, Motivo.CELEBRADO, len(workers)) for _, workers in made
    ]
    assert caso.informativas.review(caso.moral, informativa, NP) == ()
    for estado in (E.REVISADA, E.LISTA):
        caso.informativas.mark(caso.moral, informativa, estado, NP)
    salida = caso.informativas.salida(caso.moral, informativa)
    assert [each.titulo for each in salida.bloques[:2]] == ["Informativa", "Contratista"]
    assert ("RFC", RFC_MORAL) in salida.bloques[1].renglones
    assert [list(read_csv([each.contenido])) for each in salida.archivos] == [
        workers for _, workers in made
    ]
    assert salida.archivos[0].nombre.startswith("ICSOE_2026-3_01_C-")
    caso.reloj.now = ENERO
    caso.informativas.save_acuse(
        caso.moral, informativa, acuse, folio=" N123 ", presentada=ENERO, contratos=3
    )
    fila = caso.informativas.get(caso.moral, informativa)
    assert (fila.estado, fila.plazo, fila.urgencia) == (E.PRESENTADA, "", None)
    assert fila.acuse is not None
    assert (fila.acuse.folio, fila.acuse.contratos, fila.acuse.tarde) == ("N123", 3, False)
    assert [(paso.estado, paso.quien) for paso in fila.historial] == [
        (estado, caso.moral.nombre) for estado in (E.EN_CAPTURA, E.REVISADA, E.LISTA, E.PRESENTADA)
    ]
    assert caso.informativas.acuse(caso.moral, informativa).contenido == PDF
    # What was presented stays, whatever happens to its contracts.
    first = caso.contratos.rows(caso.moral, informativa)[0]
    caso.contratos.save_workers(caso.moral, first.id, [])
    assert caso.informativas.salida(caso.moral, informativa) == replace(salida, informativa=fila)
    noted = [accion for accion, _ in caso.mundo.audit()]
    assert "informativa creada" in noted
    assert noted.count("acuse de la informativa guardado") == 1


def test_nothing_changes_a_presented_return(caso: Caso, acuse: Path) -> None:
    informativa = presented(caso, acuse)
    other = caso.contratos.save(caso.moral, contrato(5))
    for change in (
        lambda: caso.informativas.delete(caso.moral, informativa),
        lambda: caso.informativas.declare(caso.moral, informativa, 2),
        lambda: caso.contratos.include(caso.moral, informativa, other, True),
        lambda: caso.informativas.mark(caso.moral, informativa, E.EN_CAPTURA, NP),
    ):
        with pytest.raises(InvalidInputError) as caught:
            change()
        assert caught.value.message == FROZEN


def presented(caso: Caso, acuse: Path, tipo: TipoInformativa = T.SIN_INFORMACION) -> uuid.UUID:
    informativas, moral = caso.informativas, caso.moral
    informativa = informativas.create(moral, PERIODO, tipo)
    if tipo.lleva_contratos:
        informativas.mark(moral, informativa, E.REVISADA, NP)
    informativas.mark(moral, informativa, E.LISTA, NP)
    caso.reloj.now = now = max(caso.reloj.now, ENERO)
    count = informativas.get(moral, informativa).contratos
    informativas.save_acuse(moral, informativa, acuse, folio="SI1", presentada=now, contratos=count)
    return informativa


def test_sin_informacion_is_reviewed_at_once_and_a_late_acuse_says_so(
    caso: Caso, acuse: Path
) -> None:
    caso.reloj.now = datetime(2027, 1, 19, 18, 0, tzinfo=UTC)
    fila = caso.informativas.get(caso.moral, presented(caso, acuse))
    assert (fila.tipo, fila.contratos) == (T.SIN_INFORMACION, 0)
    assert fila.acuse is not None
    assert fila.acuse.tarde


def test_a_correction_repeats_all_and_replaces_the_presented_return(
    caso: Caso, acuse: Path
) -> None:
    fill(caso.contratos, caso.moral, 2)
    first = presented(caso, acuse, T.NORMAL)
    with pytest.raises(InvalidInputError, match="Ya hay una"):
        caso.informativas.create(caso.moral, PERIODO, T.SIN_INFORMACION)
    second = presented(caso, acuse, T.CORRECCION)
    third = presented(caso, acuse, T.SIN_EFECTOS)
    tablero = caso.informativas.tablero(caso.moral)
    assert [(fila.id, fila.estado, fila.contratos) for fila in tablero.filas] == [
        (third, E.PRESENTADA, 0),
        (second, E.SIN_EFECTOS, 2),
        (first, E.CORREGIDA, 2),
    ]
    assert tablero.presentada, "nothing stands, but nobody asks for another one"
    assert tablero.sin_efectos
    anew = caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    tablero = caso.informativas.tablero(caso.moral)
    assert (tablero.presentada, tablero.sin_efectos, tablero.abierta) == (False, False, anew)
    caso.informativas.delete(caso.moral, anew)
    presented(caso, acuse, T.NORMAL)
    corrected = caso.informativas.create(caso.moral, PERIODO, T.CORRECCION)
    assert caso.informativas.get(caso.moral, corrected).contratos == 2, "of what stands"


@pytest.mark.parametrize("tipo", [T.CORRECCION, T.SIN_EFECTOS])
def test_a_complementaria_is_never_late_and_the_period_stays_presented(
    caso: Caso, acuse: Path, tipo: TipoInformativa
) -> None:
    fill(caso.contratos, caso.moral, 1)
    presented(caso, acuse, T.NORMAL)
    caso.reloj.now = datetime(2027, 4, 30, 18, 0, tzinfo=UTC)
    caso.informativas.create(caso.moral, PERIODO, tipo)
    caso.reloj.now = datetime(2027, 1, 19, 18, 0, tzinfo=UTC)
    tablero = caso.informativas.tablero(caso.moral)
    assert (tablero.filas[0].plazo, tablero.filas[0].urgencia) == (NO_TERM, None)
    assert tablero.atrasados == ()
    caso.informativas.delete(caso.moral, tablero.filas[0].id)
    caso.informativas.get(caso.moral, presented(caso, acuse, tipo))
    (fila, _) = caso.informativas.tablero(caso.moral).filas
    assert fila.acuse is not None
    assert not fila.acuse.tarde


def test_the_board_says_what_is_due_and_when(caso: Caso) -> None:
    tablero = caso.informativas.tablero(caso.moral)
    assert (tablero.periodo, tablero.presentada, tablero.abierta) == (PERIODO, False, None)
    assert tablero.plazo == "vence el 18/01/2027, faltan 57 días"
    assert tablero.urgencia is Urgencia.AUN_NO
    informativa = caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    caso.reloj.now = datetime(2027, 1, 16, 18, 0, tzinfo=UTC)
    tablero = caso.informativas.tablero(caso.moral)
    assert (tablero.abierta, tablero.urgencia) == (informativa, Urgencia.POR_VENCER)
    assert tablero.filas[0].plazo == "vence el 18/01/2027, faltan 2 días"


def test_a_period_that_was_missed_is_told_with_the_fine_in_pesos(caso: Caso, acuse: Path) -> None:
    """UMA of 2026: 117.31. Its 500 and 2,000 times are 58,655.00 and 234,620.00."""
    tablero = caso.informativas.tablero(caso.moral)
    assert tablero.atrasados == ()
    assert tablero.multa == (
        "Estimación: multa de $58,655.00 a $234,620.00, de 500 a 2,000 UMA de $117.31, la de hoy "
        "(LSS 304-A XXII y 304-B V). No hay multa si se presenta antes "
        "de que el Instituto lo requiera (LSS "
        "304-C)."
    )
    caso.reloj.now = datetime(2027, 1, 19, 18, 0, tzinfo=UTC)
    assert caso.informativas.tablero(caso.moral).atrasados == (PERIODO,)
    informativa = caso.informativas.create(caso.moral, PERIODO, T.SIN_INFORMACION)
    assert caso.informativas.tablero(caso.moral).atrasados == (PERIODO,)
    caso.informativas.mark(caso.moral, informativa, E.LISTA, NP)
    caso.informativas.save_acuse(
        caso.moral, informativa, acuse, folio="SI1", presentada=caso.reloj.now, contratos=0
    )
    assert caso.informativas.tablero(caso.moral).atrasados == ()


def test_each_period_that_was_missed_stays_the_oldest_first(caso: Caso) -> None:
    """The day on which the next one opens no more is told than on the day before."""
    missed = PERIODO, PERIODO.next
    caso.reloj.now = datetime(2027, 9, 30, 18, 0, tzinfo=UTC)
    tablero = caso.informativas.tablero(caso.moral)
    assert tablero.atrasados == tablero.sisub.atrasados == (*missed, missed[-1].next)
    caso.reloj.now = datetime(2027, 6, 1, 18, 0, tzinfo=UTC)
    tablero = caso.informativas.tablero(caso.moral)
    assert tablero.atrasados == tablero.sisub.atrasados == missed
    assert also_late(missed) == " También falta enero–abril 2027."
    assert also_late(missed[:1]) == ""


def test_the_deadlines_are_written_as_a_calendar(caso: Caso, tmp_path: Path) -> None:
    path = tmp_path / "informativa.ics"
    assert caso.informativas.save_calendar(caso.moral, path) == 6
    calendar = Calendar.from_ical(path.read_bytes())
    days = [event["DTSTART"].dt for event in calendar.walk("VEVENT")]
    # ICSOE and SISUB are two returns of the same days.
    assert days[::2] == days[1::2] == [date(2027, 1, 18), date(2027, 5, 17), date(2027, 9, 17)]


def test_the_return_before_can_be_copied_as_a_start(caso: Caso) -> None:
    with pytest.raises(InvalidInputError, match="que copiar"):
        caso.informativas.create(caso.moral, PERIODO, T.NORMAL, copiar=True)
    fill(caso.contratos, caso.moral, 1)
    old = replace(contrato(2), inicio=date(2026, 5, 3), fin=None)
    ended = replace(contrato(3), inicio=date(2026, 5, 4), fin=date(2026, 8, 1))
    for datos in (old, ended):
        caso.contratos.save(caso.moral, datos)
    before = caso.informativas.create(caso.moral, PERIODO.previous, T.NORMAL)
    assert caso.informativas.get(caso.moral, before).contratos == 2
    copied = caso.informativas.create(caso.moral, PERIODO, T.NORMAL, copiar=True)
    inside = [row for row in caso.contratos.rows(caso.moral, copied) if row.dentro]
    assert [(row.numero, row.motivo) for row in inside] == [
        ("C-1", Motivo.CELEBRADO),
        ("C-2", Motivo.OTRO),
    ]


def test_blocks_keep_a_return_from_being_reviewed_and_its_files_from_being_written(
    informativas: InformativasService, contratos: ContratosService, moral: Sesion
) -> None:
    contratos.save(moral, contrato(1))
    informativa = informativas.create(moral, PERIODO, T.NORMAL)
    informativas.declare(moral, informativa, 4)
    found = informativas.review(moral, informativa, NP)
    assert [each.bloquea for each in found] == [True, True]
    with pytest.raises(InvalidInputError, match="2 problemas"):
        informativas.mark(moral, informativa, E.REVISADA, NP)
    with pytest.raises(InvalidInputError, match="todavía no se revisa"):
        informativas.salida(moral, informativa)


def test_a_change_after_the_review_asks_for_another_one(
    informativas: InformativasService, contratos: ContratosService, moral: Sesion
) -> None:
    fill(contratos, moral, 2)
    informativa = informativas.create(moral, PERIODO, T.NORMAL)
    contrato_id = contratos.rows(moral, informativa)[0].id
    guardado = contratos.get(moral, contrato_id)

    def state() -> EstadoInformativa:
        return informativas.get(moral, informativa).estado

    for change in (
        lambda: contratos.save_workers(moral, contrato_id, filas(4, 9)),
        lambda: contratos.save(moral, replace(guardado.datos, objeto="Otro"), contrato_id),
        lambda: informativas.declare(moral, informativa, 1),
        lambda: informativas.declare(moral, informativa, 2),
        lambda: contratos.include(moral, informativa, contrato_id, True),
    ):
        if informativas.get(moral, informativa).declarados != 1:
            informativas.mark(moral, informativa, E.REVISADA, NP)
        change()
        assert state() is E.EN_CAPTURA


def test_the_acuse_must_agree_with_the_return(caso: Caso, acuse: Path, tmp_path: Path) -> None:
    informativa = caso.informativas.create(caso.moral, PERIODO, T.SIN_INFORMACION)
    caso.informativas.mark(caso.moral, informativa, E.LISTA, NP)
    good = {"folio": "SI1", "presentada": ENERO, "contratos": 0}

    def refused(path: Path = acuse, **cambios: object) -> str | None:
        with pytest.raises(InvalidInputError) as caught:
            caso.informativas.save_acuse(caso.moral, informativa, path, **{**good, **cambios})  # type: ignore[arg-type]
        return caught.value.campo

    assert refused() == "presentada"  # it is November: January has yet to come
    assert refused(presentada=datetime(2026, 11, 1, tzinfo=UTC)) == "presentada"
    caso.reloj.now = ENERO
    assert refused(contratos=1) == "contratos"
    assert refused(folio=" ") == "folio"
    assert refused(folio="x" * 41) == "folio"
    assert refused(tmp_path / "nada.pdf") == "archivo"
    program = tmp_path / "acuse.exe"
    program.write_bytes(b"MZ" + bytes(100))
    assert refused(program) == "archivo"


def test_the_capturista_prepares_and_only_the_contratista_signs(
    caso: Caso, buzon_real: SmtpReal, acuse: Path
) -> None:
    capturista = working(caso.mundo, caso.moral, buzon_real)
    fill(caso.contratos, capturista, 1)
    informativa = caso.informativas.create(capturista, PERIODO, T.NORMAL)
    caso.informativas.mark(capturista, informativa, E.REVISADA, NP)
    caso.informativas.salida(capturista, informativa)
    with pytest.raises(NotAllowedError) as caught:
        caso.informativas.mark(capturista, informativa, E.LISTA, NP)
    assert caught.value.message == ONLY_CONTRATISTA
    caso.informativas.mark(caso.moral, informativa, E.LISTA, NP)
    with pytest.raises(NotAllowedError):
        caso.informativas.save_acuse(
            capturista, informativa, acuse, folio="N1", presentada=ENERO, contratos=1
        )


def working(mundo: Mundo, moral: Sesion, smtp: SmtpReal) -> Sesion:
    """A capturista who chose the contratista."""
    mundo.alta(moral)
    mundo.activate(smtp)
    sesion = mundo.acceso.enter_capturista(curp_numero(0), BUENA)
    return mundo.acceso.choose(sesion, moral.contratista_id or sesion.require_contratista())


def test_another_contratista_reaches_nothing(caso: Caso, fisica: Sesion) -> None:
    fill(caso.contratos, caso.moral, 1)
    informativa = caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    contrato_id = caso.contratos.rows(caso.moral)[0].id
    assert caso.informativas.tablero(fisica).filas == ()
    assert caso.contratos.rows(fisica) == ()
    assert caso.contratos.contratantes(fisica) == ()
    assert caso.contratos.folios(fisica) == ()
    for reach in (
        lambda: caso.informativas.get(fisica, informativa),
        lambda: caso.informativas.review(fisica, informativa, NP),
        lambda: caso.informativas.salida(fisica, informativa),
        lambda: caso.informativas.delete(fisica, informativa),
        lambda: caso.informativas.mark(fisica, informativa, E.REVISADA, NP),
        lambda: caso.informativas.acuse(fisica, informativa),
        lambda: caso.contratos.rows(fisica, informativa),
        lambda: caso.contratos.include(fisica, informativa, contrato_id, False),
    ):
        with pytest.raises(UserFacingError) as caught:
            reach()
        assert caught.value.message == INFORMATIVA_GONE
    for reach in (
        lambda: caso.contratos.get(fisica, contrato_id),
        lambda: caso.contratos.workers(fisica, contrato_id),
        lambda: caso.contratos.save(fisica, contrato(1), contrato_id),
        lambda: caso.contratos.save_workers(fisica, contrato_id, []),
        lambda: caso.contratos.delete(fisica, contrato_id),
        lambda: caso.contratos.read_rejections(fisica, contrato_id, Path("x"), NP),
    ):
        with pytest.raises(UserFacingError) as caught:
            reach()
        assert caught.value.message == CONTRATO_GONE


def test_the_bitacora_says_how_many_workers_a_list_has_and_how_they_came(
    contratos: ContratosService, moral: Sesion, store: Store
) -> None:
    contrato_id = contratos.save(moral, contrato(1))
    contratos.save_workers(moral, contrato_id, filas(1))
    contratos.save_workers(moral, contrato_id, filas(2), como="de un archivo")
    with store.read() as db:
        lines = db.scalars(
            select(BitacoraRow.detalle)
            .where(BitacoraRow.accion == Accion.CAMBIO_TRABAJADORES)
            .order_by(BitacoraRow.numero)
        ).all()
    assert lines == ["1 trabajador", "2 trabajadores, de un archivo"]


def test_what_another_person_saved_meanwhile_is_not_lost(
    contratos: ContratosService, moral: Sesion
) -> None:
    contrato_id = contratos.save(moral, contrato(1))
    mine, workers = contratos.get(moral, contrato_id), contratos.workers(moral, contrato_id)
    contratos.save(moral, replace(mine.datos, objeto="Otro"), contrato_id)
    contratos.save_workers(moral, contrato_id, filas(2))
    with pytest.raises(UserFacingError) as caught:
        contratos.save(moral, replace(mine.datos, numero="9"), contrato_id, mine.datos)
    assert caught.value.message == CHANGED
    with pytest.raises(UserFacingError) as caught:
        contratos.save_workers(moral, contrato_id, filas(3), workers.filas)
    assert caught.value.message == LIST_CHANGED


def test_contratante_and_folio_are_kept_for_the_next_contract(caso: Caso) -> None:
    first = contrato(1)
    caso.contratos.save(caso.moral, first)
    again = replace(contrato(2), contratante=replace(first.contratante, celular="5587654321"))
    caso.contratos.save(caso.moral, again)
    assert caso.contratos.contratantes(caso.moral) == (again.contratante,)
    assert caso.contratos.folios(caso.moral) == (first.folio,)


def test_the_addresses_stand_in_the_sheet_part_by_part(caso: Caso) -> None:
    convencional, suyo = direccion(calle="Convencional"), direccion(calle="Del Cliente")
    caso.mundo.contratistas.save_domicilio(
        caso.moral, convencional, clase=ClaseDomicilio.CONVENCIONAL
    )
    one = contrato(1)
    with_address = replace(one.contratante, domicilio=suyo.valor)
    saved = caso.contratos.save(caso.moral, replace(one, contratante=with_address))
    caso.contratos.save_workers(caso.moral, saved, filas(1))
    informativa = caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    caso.informativas.mark(caso.moral, informativa, E.REVISADA, NP)
    _, contratista, contratante, *_ = caso.informativas.salida(caso.moral, informativa).bloques
    lines = [tuple(each) for each in contratista.renglones]
    assert lines[lines.index(("Domicilio social igual al fiscal", "Sí")) + 1] == (
        "Domicilio convencional igual al fiscal",
        "No",
    )
    for bloque, calle in ((contratista, "Convencional"), (contratante, "Del Cliente")):
        told = dict(bloque.renglones)
        assert (told["Calle"], told["Código postal"]) == (calle, suyo.codigo_postal)
    assert ("Domicilio igual al fiscal", "No") in contratante.renglones
    # Without a catalogue it is marked, as the contratista's own.
    (kept,) = caso.contratos.contratantes(caso.moral)
    assert Domicilio.of(kept.domicilio) == replace(suyo, fuera_de_catalogo=True)


def test_a_contract_of_a_presented_return_is_kept(caso: Caso, acuse: Path) -> None:
    fill(caso.contratos, caso.moral, 2)
    informativa = caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    first, second = caso.contratos.rows(caso.moral, informativa)
    caso.contratos.delete(caso.moral, second.id)
    assert caso.informativas.get(caso.moral, informativa).contratos == 1
    caso.informativas.delete(caso.moral, informativa)
    presented(caso, acuse, T.NORMAL)
    with pytest.raises(InvalidInputError) as caught:
        caso.contratos.delete(caso.moral, first.id)
    assert caught.value.message == IN_PRESENTED


def test_the_audit_log_names_no_worker(caso: Caso) -> None:
    made = fill(caso.contratos, caso.moral, 1)
    caso.informativas.create(caso.moral, PERIODO, T.NORMAL)
    logged = json.dumps(caso.mundo.audit())
    for row in made[0][1]:
        assert row.nss not in logged
        assert row.curp not in logged
    assert made[0][0].contratante.rfc not in logged


def test_20000_workers_are_saved_and_read_back_equal(caso: Caso, store: Store) -> None:
    contrato_id = caso.contratos.save(caso.moral, contrato(1))
    rows = filas(20_000)
    caso.contratos.save_workers(caso.moral, contrato_id, rows)
    assert list(caso.contratos.workers(caso.moral, contrato_id).filas) == rows
    with pytest.raises(InvalidInputError, match="20,000"):
        caso.contratos.save_workers(caso.moral, contrato_id, [*rows, rows[0]])
    with store.read() as db:
        assert db.execute(text("SELECT cuantos FROM contratos")).scalar() == 20_000


def test_a_return_is_sent_back_with_a_note_until_somebody_goes_on(caso: Caso) -> None:
    informativa = caso.informativas.create(caso.moral, PERIODO, T.SIN_INFORMACION)
    caso.informativas.mark(caso.moral, informativa, E.LISTA, NP)
    for wrong in (" ", "x" * 501):
        with pytest.raises(InvalidInputError):
            caso.informativas.send_back(caso.moral, informativa, wrong)
    caso.informativas.send_back(caso.moral, informativa, ' Falta el contrato de "Norte" ')
    fila = caso.informativas.get(caso.moral, informativa)
    assert (fila.estado, fila.devuelta is not None) == (E.EN_CAPTURA, True)
    assert fila.devuelta is not None
    assert (fila.devuelta.nota, fila.devuelta.quien) == (
        'Falta el contrato de "Norte"',
        caso.moral.nombre,
    )
    with pytest.raises(InvalidInputError):
        caso.informativas.send_back(caso.moral, informativa, "otra vez")
    caso.informativas.mark(caso.moral, informativa, E.REVISADA, NP)
    assert caso.informativas.get(caso.moral, informativa).devuelta is None
