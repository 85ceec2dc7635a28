"""What two desktops made on their own: joined, never overwritten, never twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from icsoe_desktop.domain.icsoe.domicilio import IGUAL
from icsoe_desktop.domain.sincronizacion.records import RecordKind, RolOficina
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.values import RecordWrite, RemoteRecord, WriteAnswer
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Conflicto, Eleccion
from icsoe_desktop.services.sincronizacion.enviar.delivery import Delivery
from icsoe_desktop.services.sincronizacion.identidad.aliases import remember, rename, resolve
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.recibir.conflicts import NOT_UNITED
from icsoe_desktop.services.sincronizacion.recibir.reception import Reception
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import SalidaRow
from tests.services.sincronizacion.conftest import Abrir, Oficina
from tests.services.sincronizacion.equipos import OFICINA, Equipo, join_office
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"
OTHER_CURP = "FIDP850505HDFCMS01"


def test_joining_merges_what_is_there_and_makes_one_of_what_both_have(
    uno: Equipo, abrir: Abrir
) -> None:
    theirs = uno.add_contratista(RFC)
    uno.change(ContratistaRow, theirs, correo="oficina@ejemplo.mx", domicilio_social=IGUAL)
    uno.add_capturista(theirs, CURP, telefono="5551111111")
    assert uno.round().motivo == ""

    dos = abrir("dos")
    mine = dos.add_contratista(RFC)
    dos.change(ContratistaRow, mine, celular="5559999999")
    dos.add_capturista(mine, CURP, telefono="5552222222")
    dos.add_capturista(mine, OTHER_CURP, nombres="Pablo")
    join_office(uno, dos, "dos", "2")
    meet(uno, dos)

    assert dos.replica() == uno.replica()
    assert (dos.count("contratistas"), dos.count("relaciones"), dos.count("personas")) == (1, 2, 2)
    # What each of them had is there; where both had something, the loser can be seen.
    assert uno.get(ContratistaRow, theirs, "correo", "celular", "domicilio_social") == (
        "oficina@ejemplo.mx",
        "5559999999",
        IGUAL,
    )
    for equipo in (uno, dos):
        lost = [(c.campo, c.vigente, c.perdido) for c in equipo.conflicts()]
        assert lost == [("Teléfono", "5552222222", "5551111111")]


def test_two_desktops_that_chose_each_the_other_record_agree_on_the_older(
    uno: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dos = abrir("dos", timedelta(days=-1))
    join_office(uno, dos, "dos", "2")
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    uno.add_capturista(contratista, CURP, telefono="5551111111")
    older = dos.add_capturista(contratista, CURP, telefono="5552222222")
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        uno.round()
        dos.round()
    with monkeypatch.context() as patch:
        # As when what it has came here as part of another record: it gives up the older one.
        patch.setattr(RecordUnions, "never_left", lambda *_: True)
        patch.setattr(Delivery, "deliver", lambda *_: "")
        dos.round()
    uno.round()
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    assert uno.get(RelacionRow, older, "curp") == (CURP,)
    for equipo in (uno, dos):
        assert (equipo.count("relaciones"), equipo.count("personas")) == (1, 1)
        assert equipo.count("sincronizacion_salida") == 0
        (lost,) = equipo.conflicts()
        assert {lost.vigente, lost.perdido} == {"5551111111", "5552222222"}


def test_a_certificate_that_is_uploaded_again_outlives_the_record_of_before(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Another desktop reads the new record before the deletion of the former one.

    The desktop that uploaded it never comes back: it can tell nobody that the new one stays.
    """
    uno, dos, tres = oficina(RolOficina.MIEMBRO, RolOficina.MIEMBRO)
    registro = uno.add_registro("Y6077636105", "Razón")
    former = uno.add_certificado(registro)
    meet(uno, dos, tres)
    before = memoria.read("certificados", former)
    with uno.store.write() as db:
        db.delete(db.get_one(CertificadoRow, former))
    meet(uno, tres)
    newer = uno.add_certificado(registro)
    uno.round()
    memoria.put("certificados", former, before)  # a server that went back lost its deletion
    dos.round()
    meet(tres, dos)
    for equipo in (dos, tres):
        assert equipo.count("certificados") == 1
        assert equipo.get(CertificadoRow, newer, "registro_patronal_id") == (registro,)
        assert equipo.count("sincronizacion_salida") == 0


def test_one_certificate_that_two_desktops_upload_at_once_is_one(
    oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno, dos, tres = oficina(RolOficina.MIEMBRO, RolOficina.MIEMBRO)
    registro = uno.add_registro("Y6077636105", "Razón")
    meet(uno, dos, tres)
    for equipo in (uno, dos):
        equipo.add_certificado(registro)
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        uno.round()
        dos.round()
    for _ in range(2):
        meet(tres, uno, dos)
    assert uno.replica() == dos.replica() == tres.replica()
    for equipo in (uno, dos, tres):
        assert equipo.count("certificados") == 1
        assert (equipo.count("sincronizacion_salida"), clashes(equipo)) == (0, [])
    with dos.store.write() as db:
        db.delete(db.scalars(select(CertificadoRow)).one())
    meet(dos, uno, tres)
    assert [equipo.count("certificados") for equipo in (uno, dos, tres)] == [0, 0, 0]


def clash(uno: Equipo, dos: Equipo) -> uuid.UUID:
    """Two registros patronales, of which each desktop makes one the same: that of `dos`."""
    one = uno.add_registro("Y6077636105", "Razón de Uno")
    other = dos.add_registro("Y3926552104", "Razón de Dos")
    meet(uno, dos)
    assert dos.count("registros_patronales") == 2
    dos.change(RegistroPatronalRow, other, registro_patronal="B8812181105")
    uno.change(RegistroPatronalRow, one, registro_patronal="B8812181105")
    for _ in range(2):
        uno.round()
        dos.round()
    return other


def clashes(equipo: Equipo) -> list[Conflicto]:
    every = equipo.conflicts()
    return [one for one in every if one.clase is ClaseConflicto.CHOQUE]


def test_garbage_at_the_server_takes_nothing_of_what_waits_for_a_person(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    """The other record of a clash may be the only copy that is left."""
    other = dos.add_registro("Y3926552104", "Razón de Dos")
    meet(dos, uno)
    uno.add_registro("B8812181105", "Razón de Uno")
    uno.round()
    dos.change(RegistroPatronalRow, other, registro_patronal="B8812181105")
    dos.round()
    (conflicto,) = clashes(dos)
    (held,) = dos.aside()
    memoria.put(held.coleccion, held.registro_id, {"v": 1, "k": 1, "s": "AAAA"})
    dos.round()
    (still,) = dos.aside()
    assert (still.registro_id, still.motivo) == (held.registro_id, held.motivo)
    dos.sync.conflictos.resolve(dos.sesion, conflicto, Eleccion.PERDIDO)
    meet(dos, uno)
    meet(dos, uno)
    assert dos.replica() == uno.replica()
    with dos.store.read() as db:
        assert [row.razon_social for row in db.query(RegistroPatronalRow)] == ["Razón de Uno"]
    assert dos.aside() == uno.aside() == ()


@pytest.mark.parametrize(
    ("eleccion", "expected"),
    [(Eleccion.VIGENTE, "Razón de Dos"), (Eleccion.PERDIDO, "Razón de Uno")],
)
def test_the_same_registro_patronal_twice_waits_for_a_person(
    uno: Equipo, dos: Equipo, eleccion: Eleccion, expected: str
) -> None:
    other = clash(uno, dos)
    (conflicto,) = clashes(dos)
    assert (conflicto.vigente, conflicto.perdido) == (
        "B8812181105 Razón de Dos",
        "B8812181105 Razón de Uno",
    )
    # Nothing was overwritten while nobody chose.
    assert dos.get(RegistroPatronalRow, other, "razon_social") == ("Razón de Dos",)

    dos.sync.conflictos.resolve(dos.sesion, conflicto, eleccion)
    meet(dos, uno)
    meet(dos, uno)
    assert dos.replica() == uno.replica()
    with uno.store.read() as db:
        assert [row.razon_social for row in db.query(RegistroPatronalRow)] == [expected]
    for equipo in (uno, dos):
        assert equipo.conflicts() == ()
        assert equipo.sync.state().apartados == 0


def test_two_records_that_cannot_be_united_yet_stay_as_they_are_and_nothing_is_noted(
    uno: Equipo, dos: Equipo
) -> None:
    other = clash(uno, dos)
    # The one that is left is corrected, and a third takes its place.
    dos.change(RegistroPatronalRow, other, registro_patronal="Y3926552104")
    third = dos.add_registro("B8812181105", "Tercera")
    (conflicto,) = clashes(dos)
    before, noted = dos.replica(), dos.count("bitacora")
    with pytest.raises(UserFacingError) as refused:
        dos.sync.conflictos.resolve(dos.sesion, conflicto, Eleccion.PERDIDO)
    assert refused.value.message == NOT_UNITED
    assert (dos.replica(), dos.count("bitacora")) == (before, noted)
    assert clashes(dos) == [conflicto]
    assert dos.get(RegistroPatronalRow, third, "razon_social") == ("Tercera",)


OTRAS = ("GAPL850505MDFRRR07", "FIDA700707HDFCMS02", "FIDB700707HDFCMS01")


def numbers(equipo: Equipo, rows: list[uuid.UUID]) -> list[int]:
    return [equipo.get(RelacionRow, row, "numero")[0] for row in rows]


def test_of_two_capturistas_with_a_number_the_older_keeps_it_and_the_other_gets_a_free_one(
    uno: Equipo, dos: Equipo
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    one = uno.add_capturista(contratista, CURP)
    other, *rest = (dos.add_capturista(contratista, curp) for curp in OTRAS)
    assert numbers(uno, [one]) == numbers(dos, [other]) == [1]
    older, later = sorted([one, other])
    meet(uno, dos)
    for equipo in (uno, dos):
        assert numbers(equipo, [older, later, *rest]) == [1, 4, 2, 3]
        # The next one is free at every desktop.
        assert equipo.get(ContratistaRow, contratista, "siguiente_relacion") == (5,)


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


def test_a_desktop_that_joined_two_records_the_other_way_round_follows_the_one_that_wins(
    uno: Equipo,
) -> None:
    winner = uno.add_registro("Y6077636105", "Razón de Uno")
    loser = uno.store.new_id()
    uno.round()
    with uno.store.write() as db:
        records = uno.sync.conflictos._integration(db)
        remember(db, winner, loser)
        records.unions.became(db, RecordKind.REGISTRO_PATRONAL, loser, winner, 7)
        assert [resolve(db, one) for one in (winner, loser)] == [winner, winner]
        assert not records.unions.contradicts(db, loser, winner)


def test_what_is_edited_after_a_contradiction_waits_to_be_sent(
    uno: Equipo, memoria: Memoria
) -> None:
    here, there = uno.add_registro("Y6077636105", "Razón de Uno"), uno.store.new_id()
    uno.round()
    other_way_round = Envelope(RecordKind.REGISTRO_PATRONAL, None, replacement=there)
    with uno.store.write() as db:
        records = uno.sync.conflictos._integration(db)
        # Here the newer record became the older one; another desktop says the contrary.
        remember(db, there, here)
        told = seal_record(other_way_round, records.contents.office_keys[1], OFICINA, here)
        gone = RemoteRecord(str(here), memoria.tick(), told)
        assert records.integrate(db, "contratistas", gone, RoundCounts(quiet=False), last=True)
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


def test_the_desktop_that_gives_another_number_sends_it_in_the_same_round(
    uno: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dos = abrir("dos", timedelta(days=1))
    join_office(uno, dos, "dos", "2")
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    older = uno.add_capturista(contratista, CURP)
    newer = dos.add_capturista(contratista, OTRAS[0])
    assert older < newer
    dos.round()
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        uno.round()
    assert dos.round().enviados == 1
    assert numbers(dos, [older, newer]) == [1, 2]
