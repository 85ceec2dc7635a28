"""A constancia brought to its movements: their answers, their lote, the PDF, who may."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, EstadoLote
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.gateways.constancia_pdf.lectura import NOT_A_CONSTANCIA
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.constancias.cotejo import Cotejo
from icsoe_desktop.services.constancias.service import ConstanciasService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.lotes.valores import ClaseDocumento, Lote
from icsoe_desktop.services.movimientos.valores import MovimientoFila
from tests.gateways.constancia_pdf.imprenta import Hoja, pdf
from tests.gateways.constancia_pdf.papeles import (
    FOLIO,
    LOTE,
    NSS_EVA,
    NSS_LUIS,
    THREE,
)
from tests.services.constancias.caso import Caso
from tests.services.constancias.con_constancia import (
    ALTA,
    MODIFICACION,
    RECEIVED,
    REJECTED,
    Papel,
    answers,
    constancias,
    everything,
    lote,
    papel,
    preview,
    three,
)

__all__ = ["constancias", "lote", "papel", "three"]


def test_each_movement_gets_its_answer_with_lote_folio_dates_and_reasons(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    vista = preview(caso.constancias, caso.sesion, caso.papel(ALTA, MODIFICACION, REJECTED))
    assert [(one.cotejo, one.movimiento_id) for one in vista.cotejados] == [
        (Cotejo.COINCIDE, fila.id) for fila in three
    ]
    assert vista.problemas == ()
    done = caso.constancias.apply(caso.sesion, vista, NoProgress())
    assert (done.aprobados, done.rechazados, done.omitidos) == (2, 1, 0)
    approved = (EstadoAviso.APROBADO, RECEIVED, RECEIVED, None, "", "", LOTE, FOLIO)
    assert answers(caso.movimientos, caso.sesion) == {
        ALTA.nss: approved,
        NSS_EVA: approved,
        NSS_LUIS: (
            EstadoAviso.RECHAZADO, RECEIVED, None, RECEIVED, "0123", "NO TIENE RELACIÓN LABORAL",
            LOTE, FOLIO,
        ),
    }  # fmt: skip


def test_the_imss_flag_of_lateness_is_kept(caso: Caso, three: list[MovimientoFila]) -> None:
    caso.constancias.apply(
        caso.sesion, preview(caso.constancias, caso.sesion, caso.papel()), NoProgress()
    )
    with caso.store.read() as db:
        rows = db.execute(text("SELECT tipo, extemporaneo FROM movimientos"))
        flags = {str(row.tipo): int(row.extemporaneo) for row in rows}
    assert flags == {"08": 0, "07": 1, "02": 0}


def test_their_lote_follows_and_keeps_the_pdf(caso: Caso, lote: Lote) -> None:
    partial = preview(
        caso.constancias, caso.sesion, caso.papel(ALTA, name="una.pdf", folio="1" * 19)
    )
    assert partial.lotes == (lote.nombre_archivo,)
    caso.constancias.apply(caso.sesion, partial, NoProgress())
    after = caso.lotes.get(caso.sesion, lote.id)
    assert (after.estado, after.numero, after.folio, after.recibido, after.respondido) == (
        EstadoLote.RECIBIDO, LOTE, "1" * 19, RECEIVED, None,
    )  # fmt: skip
    path = caso.papel(MODIFICACION, REJECTED, name="otras.pdf")
    caso.constancias.apply(caso.sesion, preview(caso.constancias, caso.sesion, path), NoProgress())
    after = caso.lotes.get(caso.sesion, lote.id)
    assert (after.estado, after.respondido) == (EstadoLote.APROBADO, RECEIVED)
    name, content = caso.lotes.document(caso.sesion, lote.id, ClaseDocumento.CONSTANCIA)
    assert (name, content) == ("una.pdf", (path.parent / "una.pdf").read_bytes())


def test_a_lote_whose_movements_are_all_refused_is_refused(
    constancias: ConstanciasService, lotes: LotesService, sesion: Sesion, lote: Lote, papel: Papel
) -> None:
    rows = [replace(row, rechazado=True, codigo_rechazo="9") for row in THREE]
    constancias.apply(sesion, preview(constancias, sesion, papel(*rows)), NoProgress())
    assert lotes.get(sesion, lote.id).estado is EstadoLote.RECHAZADO


def test_the_pdf_is_kept_as_it_is_with_its_sha256(caso: Caso, three: list[MovimientoFila]) -> None:
    path = caso.papel()
    caso.constancias.apply(caso.sesion, preview(caso.constancias, caso.sesion, path), NoProgress())
    with caso.store.read() as db:
        ((content, digest),) = db.execute(text("SELECT contenido, sha256 FROM constancias"))
    assert bytes(content) == path.read_bytes()
    assert bytes(digest) == hashlib.sha256(path.read_bytes()).digest()
    # Encrypted: nothing of it lies in the file as it is.
    folder = path.parent
    kept = b"".join(file.read_bytes() for file in folder.glob("icsoe.db*"))
    assert path.read_bytes()[200:260] not in kept


def test_consultation_may_neither_look_nor_change(caso: Caso, three: list[MovimientoFila]) -> None:
    vista = preview(caso.constancias, caso.sesion, caso.papel())
    done = caso.constancias.apply(caso.sesion, vista, NoProgress())
    before = everything(caso.store)
    for attempt in (
        lambda: caso.constancias.preview(SESION_CONSULTA, caso.papel(), NoProgress()),
        lambda: caso.constancias.apply(SESION_CONSULTA, vista, NoProgress()),
        lambda: caso.constancias.undo(SESION_CONSULTA, done.constancia_id, NoProgress()),
        lambda: caso.constancias.all(SESION_CONSULTA),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    assert everything(caso.store) == before


def test_the_audit_log_tells_of_it_without_whom_it_speaks(
    caso: Caso, three: list[MovimientoFila]
) -> None:
    done = caso.constancias.apply(
        caso.sesion, preview(caso.constancias, caso.sesion, caso.papel()), NoProgress()
    )
    caso.constancias.undo(caso.sesion, done.constancia_id, NoProgress())
    with caso.store.read() as db:
        found = db.execute(
            text("SELECT accion, objeto, detalle FROM bitacora WHERE objeto = 'constancia'")
        )
        lines = [tuple(row) for row in found]
    assert lines == [
        ("constancia aplicada", "constancia", "3 aprobados, 0 rechazados"),
        ("constancia deshecha", "constancia", "3 movimientos"),
    ]


def test_what_cannot_be_read_is_refused(caso: Caso, tmp_path: Path) -> None:
    path = tmp_path / "otro.pdf"
    hoja = Hoja()
    hoja.put(40, 40, "Una carta que no dice nada de nadie, larga como son las cartas")
    path.write_bytes(pdf([hoja]))
    with pytest.raises(InvalidInputError) as caught:
        preview(caso.constancias, caso.sesion, path)
    assert caught.value.message == NOT_A_CONSTANCIA
    with pytest.raises(InvalidInputError):
        preview(caso.constancias, caso.sesion, tmp_path / "nada.pdf")
