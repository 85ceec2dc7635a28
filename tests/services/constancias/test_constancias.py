"""A constancia brought to its movements: their answers, their lote, the PDF, who may."""

from __future__ import annotations

import csv
import hashlib
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, EstadoLote, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.constancia_pdf.lectura import NOT_A_CONSTANCIA
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.constancias import cambios
from icsoe_desktop.services.constancias.cambios import CHANGED_SINCE
from icsoe_desktop.services.constancias.cotejo import ONLY_DETAILS, Cotejo, _Candidato
from icsoe_desktop.services.constancias.service import ALREADY, NOTHING, STALE
from icsoe_desktop.services.lotes.valores import ClaseDocumento, Lote
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from tests.gateways.constancia_pdf.imprenta import Hoja, pdf
from tests.gateways.constancia_pdf.papeles import (
    FOLIO,
    FORMATOS,
    LOTE,
    NSS_EVA,
    NSS_LUIS,
    THREE,
    constancia,
    printed,
    renglon,
)
from tests.services.con_movimientos import Caso
from tests.services.constancias.con_constancia import (
    ALTA,
    BAJA,
    CAPTURED,
    MODIFICACION,
    RECEIVED,
    REJECTED,
    answers,
    apply,
    everything,
    lote,
    preview,
    three,
)
from tests.support.progreso import StopAt

__all__ = ["lote", "three"]


def test_each_movement_gets_its_answer_with_lote_folio_dates_and_reasons(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    vista = preview(caso, caso.papel(ALTA, MODIFICACION, REJECTED))
    assert [(one.cotejo, one.movimiento_id) for one in vista.cotejados] == [
        (Cotejo.COINCIDE, fila.id) for fila in three
    ]
    assert vista.problemas == ()
    done = caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert (done.aprobados, done.rechazados, done.omitidos) == (2, 1, 0)
    approved = (EstadoAviso.APROBADO, RECEIVED, RECEIVED, None, "", "", LOTE, FOLIO)
    assert answers(caso) == {
        ALTA.nss: approved,
        NSS_EVA: approved,
        NSS_LUIS: (
            EstadoAviso.RECHAZADO, RECEIVED, None, RECEIVED, "0123", "NO TIENE RELACIÓN LABORAL",
            LOTE, FOLIO,
        ),
    }  # fmt: skip


def test_the_imss_flag_of_lateness_is_kept(caso: Caso, three: list[MovimientoFila]) -> None:
    apply(caso, caso.papel())
    with caso.store.read() as db:
        rows = db.execute(text("SELECT tipo, extemporaneo FROM movimientos"))
        flags = {str(row.tipo): int(row.extemporaneo) for row in rows}
    assert flags == {"08": 0, "07": 1, "02": 0}


def test_their_lote_follows_and_keeps_the_pdf(caso: Caso, lote: Lote) -> None:
    partial = preview(caso, caso.papel(ALTA, name="una.pdf", folio="1" * 19))
    assert partial.lotes == (lote.nombre_archivo,)
    caso.constancias.apply(caso.sesion, partial, NoProgress())
    after = caso.lotes.get(caso.sesion, lote.id)
    assert (after.estado, after.numero, after.folio, after.recibido, after.respondido) == (
        EstadoLote.RECIBIDO, LOTE, "1" * 19, RECEIVED, None,
    )  # fmt: skip
    assert (after.situacion, after.respuestas) == ("Recibido", "")
    path = caso.papel(MODIFICACION, REJECTED, name="otras.pdf")
    apply(caso, path)
    after = caso.lotes.get(caso.sesion, lote.id)
    assert (after.estado, after.respondido) == (EstadoLote.APROBADO, RECEIVED)
    assert (after.situacion, after.respuestas) == ("1 rechazado", "2 aprobados, 1 rechazado")
    assert caso.lotes.all(caso.sesion) == (after,)
    name, content = caso.lotes.document(caso.sesion, lote.id, ClaseDocumento.CONSTANCIA)
    assert (name, content) == ("una.pdf", (path.parent / "una.pdf").read_bytes())


def test_a_lote_whose_movements_are_all_refused_is_refused(caso: Caso, lote: Lote) -> None:
    rows = [replace(row, rechazado=True, codigo_rechazo="9") for row in THREE]
    caso.constancias.apply(caso.sesion, preview(caso, caso.papel(*rows)), NoProgress())
    after = caso.lotes.get(caso.sesion, lote.id)
    assert (after.estado, after.situacion) == (EstadoLote.RECHAZADO, "Rechazado")


def test_the_pdf_is_kept_as_it_is_with_its_sha256(caso: Caso, three: list[MovimientoFila]) -> None:
    path = caso.papel()
    apply(caso, path)
    with caso.store.read() as db:
        ((content, digest),) = db.execute(text("SELECT contenido, sha256 FROM constancias"))
    assert bytes(content) == path.read_bytes()
    assert bytes(digest) == hashlib.sha256(path.read_bytes()).digest()
    # Encrypted: nothing of it lies in the file as it is.
    folder = path.parent
    kept = b"".join(file.read_bytes() for file in folder.glob("icsoe.db*"))
    assert path.read_bytes()[200:260] not in kept


def test_the_audit_log_tells_of_it_without_whom_it_speaks(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    done = apply(caso, caso.papel())
    caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress())
    with caso.store.read() as db:
        found = db.execute(
            text("SELECT accion, objeto, detalle FROM bitacora WHERE objeto = 'constancia'")
        )
        lines = [tuple(row) for row in found]
    assert lines == [
        ("constancia aplicada", "constancia", "3 aprobados"),
        ("constancia deshecha", "constancia", "3 movimientos"),
    ]


def test_what_cannot_be_read_is_refused(caso: Caso, tmp_path: Path) -> None:
    path = tmp_path / "otro.pdf"
    hoja = Hoja()
    hoja.put(40, 40, "Una carta que no dice nada de nadie, larga como son las cartas")
    path.write_bytes(pdf([hoja]))
    with pytest.raises(InvalidInputError) as caught:
        preview(caso, path)
    assert caught.value.message == NOT_A_CONSTANCIA
    with pytest.raises(InvalidInputError):
        preview(caso, tmp_path / "nada.pdf")


COPIED = (
    "trabajador, tipo, registro_patronal, fecha, sbc, tipo_trabajador, tipo_salario, jornada, "
    "causa_baja, umf, guia, clave_trabajador, estado, extemporaneo, emitido, recibido, aprobado, "
    "rechazado, codigo_rechazo, causa_rechazo, lote_id, constancia_id, importacion"
)


def test_what_is_not_here_or_answered_otherwise_is_told_and_left_alone(
    caso: Caso, lote: Lote
) -> None:
    caso.lotes.mark_rejected(caso.sesion, lote.id, date(2026, 3, 1), "7", "A MANO")
    before = answers(caso)
    stranger = renglon(nss="55443322110", nombre="SOTO EVA")
    other_day = replace(MODIFICACION, fecha=date(2025, 9, 2))
    vista = preview(caso, caso.papel(ALTA, stranger, other_day))
    assert [(one.cotejo, one.nota) for one in vista.cotejados] == [
        (Cotejo.OTRA_RESPUESTA, "Aquí está rechazado."),
        (Cotejo.NO_ESTA, ""),
        (Cotejo.NO_ESTA, ""),
    ]
    with pytest.raises(UserFacingError) as caught:
        caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert caught.value.message == NOTHING
    assert answers(caso) == before


def test_what_was_marked_by_hand_gets_its_details(caso: Caso, lote: Lote) -> None:
    caso.lotes.mark_approved(caso.sesion, lote.id, date(2026, 3, 1))
    vista = preview(caso, caso.papel())
    assert {(one.cotejo, one.nota) for one in vista.cotejados} == {(Cotejo.COINCIDE, ONLY_DETAILS)}
    caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert {row[6:] for row in answers(caso).values()} == {(LOTE, FOLIO)}


def test_a_refused_movement_that_is_presented_again_is_the_one_that_is_answered(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    first = caso.papel(REJECTED, name="primera.pdf", folio="2" * 19)
    apply(caso, first)
    again = caso.movimientos.capture(caso.sesion, CAPTURED[2])
    vista = preview(caso, caso.papel(BAJA))
    assert [one.movimiento_id for one in vista.cotejados] == [again.id]


def test_an_applied_constancia_speaks_of_what_it_answered_not_of_its_correction(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    paper = caso.papel(REJECTED)
    apply(caso, paper)
    (rejected,) = preview(caso, paper).cotejados
    assert rejected.corregible is not None
    revision = caso.movimientos.check(caso.sesion, CAPTURED[2])
    accepted = frozenset(revision.dudas)
    corrige = rejected.corregible
    caso.movimientos.capture(caso.sesion, CAPTURED[2], aceptadas=accepted, corrige=corrige)
    (now,) = preview(caso, paper).cotejados
    assert (now.cotejo, now.corregible) == (Cotejo.YA_ANOTADO, None)
    assert now.nota == "Ya se corrigió con otro aviso."


def test_two_that_cannot_be_told_apart_are_left_to_the_user(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    with caso.store.write() as db:
        copied = db.execute(
            text(
                f"INSERT INTO movimientos (id, {COPIED}) SELECT :id, {COPIED} "  # noqa: S608
                "FROM movimientos WHERE tipo = '08'"
            ),
            {"id": caso.store.new_id().bytes},
        )
    assert copied.rowcount == 1  # type: ignore[attr-defined]
    vista = preview(caso, caso.papel(ALTA))
    assert [one.cotejo for one in vista.cotejados] == [Cotejo.VARIOS]


def test_a_name_is_compared_as_the_file_wrote_it(caso: Caso, three: list[MovimientoFila]) -> None:
    with caso.store.write() as db:
        change = "UPDATE trabajadores SET primer_apellido = 'O''FARRIL', nombres = 'ANA-EVA'"
        db.execute(text(change))
    printed = replace(ALTA, nombre="OFARRIL RIOS ANA EVA")
    vista = preview(caso, caso.papel(printed))
    assert [one.campo for one in vista.problemas if one.campo == "Nombre"] == []


def test_what_differs_is_told_with_both_values(
    caso: Caso, three: list[MovimientoFila], tmp_path: Path
) -> None:
    other = replace(ALTA, sbc=45500, nombre="MUÑOZ RÍOS BEATRIZ")
    vista = preview(caso, caso.papel(other))
    assert [(p.pagina, p.renglon, p.campo, p.encontrado, p.esperado, p.grave)
            for p in vista.problemas] == [
        (1, 1, "Salario base", "$ 455.00", "$ 450.50, como está en el programa", False),
        (1, 1, "Nombre", "MUÑOZ RÍOS BEATRIZ", "ANA MUÑOZ RÍOS, como está en el programa", False),
    ]  # fmt: skip
    salida = tmp_path / "problemas.csv"
    caso.constancias.export_problems(vista, salida, NoProgress())
    with salida.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert table[1] == [
        "constancia.pdf", "1", "1", "Salario base", "$ 455.00",
        "$ 450.50, como está en el programa", "Advertencia",
    ]  # fmt: skip
    assert len(table) == 3


@pytest.mark.parametrize("name", ["MU#OZ RIOS ANA", "MUNOZ RIOS ANA", "MUÑOZ RÍOS A"[:10]])
def test_a_name_that_was_transliterated_or_cut_is_the_same_name(
    caso: Caso, three: list[MovimientoFila], name: str
) -> None:
    assert preview(caso, caso.papel(replace(ALTA, nombre=name))).problemas == ()


def test_a_table_of_refusals_without_type_or_date_finds_the_only_one(
    caso: Caso, three: list[MovimientoFila], tmp_path: Path
) -> None:
    formato = FORMATOS["usual"]
    columnas = tuple(one for one in formato.columnas if one.campo != "fecha")
    path = tmp_path / "sin_fecha.pdf"
    path.write_bytes(
        printed(constancia((replace(REJECTED, fecha=None),)), replace(formato, columnas=columnas))
    )
    vista = preview(caso, path)
    assert [one.movimiento_id for one in vista.cotejados] == [three[2].id]
    assert vista.cotejados[0].renglon.tipo is TipoMovimiento.BAJA


def test_an_answer_is_of_the_one_in_a_lote_then_of_the_one_not_cancelled_then_of_the_further() -> (
    None
):
    def candidate(lote: bytes | None, estado: EstadoAviso) -> _Candidato:
        return _Candidato(
            id=uuid.UUID(int=1), estado=estado, sbc=None, lote_id=lote, con_constancia=False,
            nombre="",
        )  # fmt: skip

    in_order = [
        candidate(b"lote", EstadoAviso.RECIBIDO),
        candidate(b"lote", EstadoAviso.ENVIADO),
        candidate(b"lote", EstadoAviso.CANCELADO),
        candidate(None, EstadoAviso.ENVIADO),
        candidate(None, EstadoAviso.PENDIENTE),
        candidate(None, EstadoAviso.CANCELADO),
    ]
    mixed = in_order[::2] + in_order[1::2]
    assert sorted(mixed, key=lambda one: one.likelihood, reverse=True) == in_order


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_undoing_is_cancelled_between_movements_and_changes_nothing(
    caso: Caso, lote: Lote, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    path = caso.papel(ALTA, MODIFICACION, REJECTED)
    done = apply(caso, path)
    before = everything(caso.store)
    monkeypatch.setattr(cambios, "_EVERY", 2)  # reports at the first, the third and the end
    with pytest.raises(Cancelled):
        caso.constancias.undo(caso.sesion, done.constancia_id, StopAt(nth))
    assert everything(caso.store) == before


def test_undoing_gives_back_what_was_there(caso: Caso, lote: Lote) -> None:
    before = everything(caso.store)
    path = caso.papel(ALTA, MODIFICACION, REJECTED)
    done = apply(caso, path)
    assert caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress()) == 3
    after = everything(caso.store)
    for table in ("movimientos", "lotes", "documentos_lote", "trabajadores"):
        assert after[table] == before[table], table
    (listed,) = caso.constancias.all(caso.sesion)
    assert (listed.archivo, listed.quien, listed.aprobados, listed.rechazados) == (
        "constancia.pdf", "alma@ejemplo.mx", 2, 1,
    )  # fmt: skip
    assert listed.deshecha == caso.store.clock()
    with pytest.raises(UserFacingError, match="ya se había deshecho"):
        caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress())
    # And it may be brought again.
    again = apply(caso, path)
    assert (again.aprobados, again.rechazados) == (2, 1)


def test_what_others_changed_since_is_not_undone(caso: Caso, lote: Lote) -> None:
    done = caso.constancias.apply(caso.sesion, preview(caso, caso.papel()), NoProgress())
    with caso.store.write() as db:
        db.execute(text("UPDATE lotes SET numero = '111111111'"))
    before = everything(caso.store)
    with pytest.raises(UserFacingError) as caught:
        caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress())
    assert caught.value.message == CHANGED_SINCE
    assert everything(caso.store) == before


def test_a_constancia_is_applied_once(caso: Caso, three: list[MovimientoFila]) -> None:
    vista = preview(caso, caso.papel())
    caso.constancias.apply(caso.sesion, vista, NoProgress())
    before = everything(caso.store)
    # The same folio in another file is the same constancia.
    other = preview(caso, caso.papel(name="copia.pdf", razon_social="OTRA RAZÓN"))
    assert other.ya_aplicada
    assert {one.cotejo for one in other.cotejados} == {Cotejo.YA_ANOTADO}
    for one in (vista, other):
        with pytest.raises(UserFacingError) as caught:
            caso.constancias.apply(caso.sesion, one, NoProgress())
        assert caught.value.message == ALREADY
    assert everything(caso.store) == before


def test_what_changed_since_the_preview_is_looked_at_again(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    vista = preview(caso, caso.papel())
    caso.movimientos.delete(caso.sesion, [three[0].id])
    before = everything(caso.store)
    with pytest.raises(UserFacingError) as caught:
        caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert caught.value.message == STALE
    assert everything(caso.store) == before


def test_cancelling_at_any_moment_leaves_the_store_as_it_was(caso: Caso, lote: Lote) -> None:
    before, stops = everything(caso.store), 0
    path = caso.papel(ALTA, MODIFICACION, REJECTED)
    for work in ("preview", "apply"):
        nth = 1
        while True:
            stop = StopAt(nth)
            try:
                vista = caso.constancias.preview(
                    caso.sesion, path, stop if work == "preview" else NoProgress()
                )
                if work == "preview":
                    break
                caso.constancias.apply(caso.sesion, vista, stop)
            except Cancelled:
                assert everything(caso.store) == before
                nth, stops = nth + 1, stops + 1
                continue
            break
    assert stops >= 8
