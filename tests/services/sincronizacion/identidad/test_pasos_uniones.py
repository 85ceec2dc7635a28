"""Duplicates that are joined, and what is told to the server of them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.gateways.kinto.values import RecordWrite, WriteAnswer
from icsoe_desktop.seguridad.sealed_record import Envelope
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto
from icsoe_desktop.services.sincronizacion.identidad.aliases import remember, rename, resolve
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.reception import Reception
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.store.tables import PersonaRow, RegistroPatronalRow, RelacionRow, SalidaRow
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import OFICINA, Equipo, join_office
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import CURP, meet


def person(equipo: Equipo) -> uuid.UUID:
    with equipo.store.read() as db:
        return db.scalars(select(PersonaRow.id)).one()


def test_of_two_persons_the_newer_one_is_replaced_at_the_server_by_the_first_write(
    uno: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dos = abrir("dos", timedelta(days=1))
    join_office(uno, dos, "dos", "2")
    contratistas = [uno.add_contratista(rfc) for rfc in ("OFI010101AB1", "OFI010102AB1")]
    meet(uno, dos)
    uno.add_capturista(contratistas[0], CURP)
    dos.add_capturista(contratistas[1], CURP)
    older, newer = person(uno), person(dos)
    assert older < newer
    uno.round()
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        dos.round()
    refused: list[str] = []
    write = ServidorMemoria._write

    def watched(self: ServidorMemoria, collection: str, one: RecordWrite) -> WriteAnswer:
        answer = write(self, collection, one)
        if answer.version is None:
            refused.append(one.id)
        return answer

    monkeypatch.setattr(ServidorMemoria, "_write", watched)
    assert uno.round().motivo == ""
    assert (person(uno), refused) == (older, [])
    meet(uno, dos)
    assert person(dos) == older


def test_a_clash_that_is_found_while_sending_waits_for_a_person_at_once(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    one = uno.add_registro("Y6077636105", "Razón de Uno")
    other = uno.add_registro("Y3926552104", "Razón de Dos")
    meet(uno, dos)
    dos.change(RegistroPatronalRow, other, registro_patronal="B8812181105")
    dos.change(RegistroPatronalRow, one, razon_social="Cambió")

    def in_between() -> None:
        uno.change(RegistroPatronalRow, one, registro_patronal="B8812181105")
        uno.round()

    memoria.antes_de_escribir = in_between
    dos.round()
    conflicts = dos.sync.conflicts(dos.sesion)
    assert [conflicto.clase for conflicto in conflicts] == [ClaseConflicto.CHOQUE]


def test_a_desktop_that_joined_two_records_the_other_way_round_follows_the_one_that_wins(
    uno: Equipo,
) -> None:
    winner = uno.add_registro("Y6077636105", "Razón de Uno")
    loser = uno.store.new_id()
    uno.round()
    with uno.store.write() as db:
        records = RecordIntegration(
            uno.store, BitacoraService(uno.store), OFICINA, uno.sync._oficina.keys(db), winner
        )
        remember(db, winner, loser)
        records.unions.became(db, RecordKind.REGISTRO_PATRONAL, loser, winner, 7)
        assert [resolve(db, one) for one in (winner, loser)] == [winner, winner]
        assert not records.unions.contradicts(db, loser, winner)


def test_what_is_edited_after_a_contradiction_waits_to_be_sent(uno: Equipo) -> None:
    here, there = uno.add_registro("Y6077636105", "Razón de Uno"), uno.store.new_id()
    uno.round()
    other_way_round = Envelope(RecordKind.REGISTRO_PATRONAL, None, replacement=there)
    with uno.store.write() as db:
        records = RecordIntegration(
            uno.store, BitacoraService(uno.store), OFICINA, uno.sync._oficina.keys(db), there
        )
        # Here the newer record became the older one; another desktop says the contrary.
        remember(db, there, here)
        gone = RemoteRecord(str(here), 7, None)
        records._merge_in(db, other_way_round, here, gone, RoundCounts(quiet=False), last=True)
        db.execute(delete(SalidaRow))
    uno.change(RegistroPatronalRow, here, razon_social="Otra razón")
    assert uno.count("sincronizacion_salida") == 1


def test_rows_that_were_read_before_a_record_got_another_id_follow_it(uno: Equipo) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    capturista = uno.add_capturista(contratista, CURP)
    other = uno.store.new_id()
    with uno.store.write() as db:
        row = db.get_one(RelacionRow, capturista)
        assert row.contratista_id == contratista
        rename(db, uno.store, RecordKind.CONTRATISTA, contratista, other)
        assert row.contratista_id == other
