"""What another member of the office, or a newer program, may write into a record: it is set aside
with a word, the rest of the round goes on, and what was here stays."""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlcipher3 import dbapi2

from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.values import JsonObject, RemoteRecord
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.seguridad.sealed_record import Envelope, PackedContent, open_record, seal_record
from icsoe_desktop.services.sincronizacion.answers import BROKEN, Eleccion, Luz
from icsoe_desktop.services.sincronizacion.enviar.bases import RecordBases
from icsoe_desktop.services.sincronizacion.enviar.delivery import Delivery
from icsoe_desktop.services.sincronizacion.oficina.keys import read_member
from icsoe_desktop.services.sincronizacion.oficina.office import KEYS
from icsoe_desktop.services.sincronizacion.recibir.arrival import SPOILT
from icsoe_desktop.services.sincronizacion.recibir.writer import RecordWriter
from icsoe_desktop.services.sincronizacion.valores.rows import DAMAGED
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import LlaveOficinaRow, OficinaRow
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.recibir.test_pasos_movimientos import PRESENTADO, mesa
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet
from tests.services.sincronizacion.valores.test_pasos_informativa import Mesa as MesaIcsoe

RFC, CURP = "OFI010101AB1", "FIDR900101MDFCMS01"
HALF = "\ud800"
DEEP = "[" * 100_000 + "]" * 100_000

Cambio = Callable[[dict[str, Any]], None]


def key_of(equipo: Equipo) -> OfficeKey:
    store = equipo.store
    with store.read() as db:
        row = db.scalars(select(LlaveOficinaRow)).one()
        office = db.scalars(select(OficinaRow.id)).one()
        return OfficeKey(store.key.unseal(row.sellada, KEYS, office, str(row.numero)), row.numero)


def contents(memoria: Memoria, equipo: Equipo, clase: RecordKind) -> dict[uuid.UUID, Any]:
    """What the server has of each record of the kind, opened."""
    coleccion, llaves = clase.collection.value, {1: key_of(equipo)}
    found = {}
    for name, datos in memoria.all(coleccion).items():
        sobre = open_record(datos, llaves, OFICINA, coleccion, uuid.UUID(name))
        if sobre.kind is clase:
            found[uuid.UUID(name)] = json.loads(json.dumps(sobre.content))
    return found


def forge(
    memoria: Memoria,
    equipo: Equipo,
    clase: RecordKind,
    change: Cambio,
    registro: uuid.UUID | None = None,
) -> tuple[uuid.UUID, JsonObject]:
    """Writes a record of the kind as a member may whose program is another one.

    Which record, and what the server had in its place.
    """
    there = contents(memoria, equipo, clase)
    registro = registro or next(iter(there))
    before = memoria.read(clase.collection.value, registro)
    change(there[registro])
    put(memoria, key_of(equipo), clase, registro, json.dumps(there[registro]))
    return registro, before


def put(
    memoria: Memoria, llave: OfficeKey, clase: RecordKind, registro: uuid.UUID, told: str
) -> None:
    """told: JSON of the content, as it stands."""
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    pressed = engine.compress(told.encode()) + engine.flush(zlib.Z_FULL_FLUSH)
    data = seal_record(
        Envelope(clase, {}), llave, OFICINA, registro, PackedContent(told.encode(), pressed)
    )
    memoria.put(clase.collection.value, registro, data)


def held(equipo: Equipo) -> list[tuple[uuid.UUID, str]]:
    return [(one.registro_id, one.motivo) for one in equipo.aside()]


def set_value(name: str, value: object) -> Cambio:
    return lambda contenido: contenido.update({name: value})


def set_state_of(movimiento: str, values: object) -> Cambio:
    return lambda contenido: contenido["movimientos"].update({movimiento: values})


def set_movement(at: int, value: object) -> Cambio:
    """at: the place of the value; see store.paquetes."""

    def change(contenido: dict[str, Any]) -> None:
        for values in contenido["movimientos"].values():
            values[at] = value

    return change


def conflict(**parts: object) -> Cambio:
    one = {"campo": "nombre", "vigente": ["a"], "perdido": ["b"]}
    when = {"cuando": "2026-03-02T15:30:00.000000Z"}
    return set_value("conflictos", {uuid.UUID(int=5).hex: {**one, **when, **parts}})


MADE = '"cuando": "2026-01-01T00:00:00+00:00", "quien": ""'
WRONG: dict[str, tuple[RecordKind, Cambio]] = {
    "numero, huge": (RecordKind.CONTRATISTA, set_value("numero", 10**30)),
    "numero, the largest": (RecordKind.CONTRATISTA, set_value("numero", 2**63 - 1)),
    "conflicts as a list": (RecordKind.CONTRATISTA, set_value("conflictos", [1])),
    "a conflict of one side": (RecordKind.CONTRATISTA, conflict(vigente=[])),
    "a conflict of no list": (RecordKind.CONTRATISTA, conflict(perdido=7)),
    "a conflict of lists": (RecordKind.CONTRATISTA, conflict(perdido=[["x"]])),
    "an instant of year 1": (
        RecordKind.CONTRATISTA,
        set_value("creado", "0001-01-01T00:00:00.000000Z"),
    ),
    "half a character": (RecordKind.CONTRATISTA, set_value("nombre", HALF)),
    "a name with a header of a mail": (
        RecordKind.CONTRATISTA,
        set_value("nombre", "Obras\r\nBcc: otro@ejemplo.mx"),
    ),
    "a correo of two lines": (RecordKind.RELACION, set_value("correo", "a@b.mx\nc@d.mx")),
    "a person with a sign of control": (RecordKind.PERSONA, set_value("nombres", "Rosa\x1b[2J")),
    "curp of other signs": (RecordKind.PERSONA, set_value("curp", '=HIPERVINCULO("x")')),
    "estatus of a newer program": (RecordKind.RELACION, set_value("estatus", "Suspendida")),
    "estado of a newer program": (RecordKind.LOTE, set_value("estado", "Devuelto")),
    "tipo of a newer program": (RecordKind.LOTE, set_value("tipo", "99")),
    "certificado of a newer program": (RecordKind.CERTIFICADO, set_value("tipo", "otro")),
    "registro patronal of letters": (
        RecordKind.REGISTRO_PATRONAL,
        set_value("registro_patronal", "NINGUNO"),
    ),
    "movement of no worker": (RecordKind.MOVIMIENTOS, set_movement(0, "1234567890A")),
    "movement of a name of two lines": (RecordKind.MOVIMIENTOS, set_movement(4, "ANA\nEVA")),
    "movements as a list": (RecordKind.MOVIMIENTOS, set_value("movimientos", [1])),
    "a conflict of no movement": (RecordKind.MOVIMIENTOS, conflict(perdido=[[1, 2]])),
    "state with a lote of no id": (RecordKind.ESTADOS, set_movement(8, 7)),
    "half a state of a movement that is not here": (RecordKind.ESTADOS, set_state_of("x", [1])),
    **{
        f"{name} of a contract: {str(value)[:40]}": (RecordKind.CONTRATO, set_value(name, value))
        for name, value in (
            ("trabajadores", "=cmd,x"),
            ("trabajadores", "a,b,c\n" * 30_000 + "a,b,c"),
            ("modificaciones", "mañana"),
            ("rechazos", "[1]"),
            ("rechazos", '{"1": 2}'),
            ("objeto", "x" * 3_000),
            ("contratante_id", "0" * 32),
        )
    },
    **{
        f"{name} of a return: {value}": (RecordKind.INFORMATIVA, set_value(name, value))
        for name, value in (
            ("contratos", "x"),
            ("contratos", ",".join(["0" * 32] * 2)),
            ("historial", "{}"),
            ("historial", f'[{{"estado": "Otro", {MADE}}}]'),
            ("historial", f'[{{"estado": "En captura", {MADE.replace("+00:00", "")}}}]'),
            ("ejercicio", 1999),
            ("cuatrimestre", 4),
            ("estado", "Otro"),
            ("presentado", "[]"),
        )
    },
}


def fill(uno: Equipo) -> None:
    """At least a record of each kind at the server."""
    contratista = uno.add_contratista(RFC)
    uno.add_capturista(contratista, CURP)
    uno.add_contratista("OFI020202AB2")
    uno.add_certificado(uno.add_registro("Y551234510", "Empresa Ficticia"))
    uno.add_registro("Y6077636105", "Otra Ficticia")
    here = mesa(uno)
    here.lotes.mark_sent(uno.sesion, here.lote(here.capture(2), here.capture(3)), PRESENTADO)
    here.capture(4)
    here.movimientos.close()
    icsoe = MesaIcsoe(uno, contratista)
    made = icsoe.contratos.save(icsoe.sesion, contrato(1))
    icsoe.contratos.save_workers(icsoe.sesion, made, filas(3))
    periodo = PERIODO.previous.previous.previous
    icsoe.informativas.create(icsoe.sesion, periodo, TipoInformativa.SIN_INFORMACION)
    assert uno.round().motivo == ""


def test_a_record_that_this_program_does_not_know_is_set_aside(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    fill(uno)
    meet(dos)
    before = dos.replica()
    for case, (clase, change) in WRONG.items():
        registro, good = forge(memoria, uno, clase, change)
        assert dos.round().motivo == ""
        # Once somebody mends one, as that of the case before, nobody needs to look.
        assert [one for one, _ in held(dos)] == [registro], case
        assert dos.replica() == before, case
        assert dos.conflicts() == (), case
        memoria.put(clase.collection.value, registro, good)
    assert dos.round().motivo == ""
    assert held(dos) == []
    assert dos.replica() == before


@pytest.mark.parametrize("perdido", [[7], ["a", "b"]])
def test_a_conflict_over_what_no_field_holds_is_refused_in_a_sentence(
    uno: Equipo, dos: Equipo, memoria: Memoria, perdido: list[object]
) -> None:
    registro = uno.add_contratista(RFC)
    meet(uno, dos)
    forge(memoria, uno, RecordKind.CONTRATISTA, conflict(vigente=perdido, perdido=perdido))
    assert dos.round().motivo == ""
    (found,) = dos.conflicts()
    with pytest.raises(UserFacingError, match="No se cambió nada"):
        dos.sync.conflictos.resolve(dos.sesion, found, Eleccion.PERDIDO)
    assert dos.get(ContratistaRow, registro, "nombre") == ("Obras Ficticias",)
    dos.sync.conflictos.resolve(dos.sesion, found, Eleccion.VIGENTE)
    assert dos.conflicts() == ()


def test_a_clash_with_half_a_character_is_set_aside(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    uno.add_registro("Y551234510", "Empresa Ficticia")
    dos.add_registro("Y551234510", "La misma")
    meet(dos)
    put_there = uuid.UUID(int=7)
    ((registro, contenido),) = contents(memoria, dos, RecordKind.REGISTRO_PATRONAL).items()
    told = json.dumps({**contenido, "futuro": HALF})
    put(memoria, key_of(dos), RecordKind.REGISTRO_PATRONAL, put_there, told)
    assert dos.round().motivo == ""
    assert held(dos) == [(put_there, DAMAGED)]
    assert dos.get(RegistroPatronalRow, registro, "razon_social") == ("La misma",)


def test_a_content_nested_without_end_is_set_aside(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uno.add_registro("Y551234510", "Empresa Ficticia")
    meet(uno, dos)
    put(memoria, key_of(uno), RecordKind.REGISTRO_PATRONAL, registro, f'{{"a":{DEEP}}}')
    meet(dos)
    assert held(dos) == [(registro, DAMAGED)]
    assert dos.get(RegistroPatronalRow, registro, "razon_social") == ("Empresa Ficticia",)


def test_a_record_nested_without_end_is_set_aside(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uuid.UUID(int=7)
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    meet(dos)
    remoto = RemoteRecord(str(registro), memoria.tick(), {"v": 1, "s": deep})
    with dos.store.write() as db:
        RecordBases(dos.store).hold(db, "contratistas", remoto, "", DAMAGED)
    meet(dos)
    assert held(dos) == [(registro, SPOILT)]


def test_a_record_with_a_name_that_no_desktop_gives_is_passed_over(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uno.add_registro("Y551234510", "Empresa Ficticia")
    meet(uno, dos)
    rows = memoria.registros["contratistas"]
    for name in ("otra", "", "../x", HALF):
        rows[name] = (memoria.tick(), dict(rows[str(registro)][1] or {}))
    memoria.generacion = "g2"  # every record is compared
    uno.add_registro("Y551234520", "Otra Ficticia")
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    assert held(dos) == []


@pytest.mark.parametrize("k", [float("inf"), float("nan"), HALF, [], None, 10**30, "x"])
def test_a_member_with_no_number_of_key_is_nobody(k: object) -> None:
    remoto = RemoteRecord(str(uuid.UUID(int=1)), 1, {"k": k, "cuenta": "a", "publica": ""})
    assert read_member(remoto, OFICINA, {1: OfficeKey(b"1" * 32, 1)}) is None


def test_a_registro_deleted_and_entered_again_is_no_conflict_in_whatever_order_it_arrives(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    former = uno.add_registro("Y6077636105", "Con certificado")
    certificado = uno.add_certificado(former)
    meet(uno, dos)
    for kind, row in ((CertificadoRow, certificado), (RegistroPatronalRow, former)):
        with uno.store.write() as db:
            db.delete(db.get_one(kind, row))
    again = uno.add_registro("Y6077636105", "Dado de alta otra vez")
    assert uno.round().motivo == ""
    # The new one comes first, and the deletion waits for that of the certificate.
    rows = memoria.registros["contratistas"]
    rows[str(former)] = (memoria.tick(), rows[str(former)][1])
    found = dos.round()
    assert (found.motivo, found.conflictos, found.apartados) == ("", 0, 0)
    assert dos.get(RegistroPatronalRow, again, "razon_social") == ("Dado de alta otra vez",)
    meet(uno, dos)
    assert dos.replica() == uno.replica()


NEVER_JOIN = [RecordKind.LOTE, RecordKind.MOVIMIENTOS, RecordKind.ESTADOS]


@pytest.mark.parametrize("clase", NEVER_JOIN)
def test_a_replacement_of_what_never_joins_holds_that_record_and_ends_no_round(
    uno: Equipo, dos: Equipo, memoria: Memoria, clase: RecordKind
) -> None:
    fill(uno)
    meet(dos)
    bad = next(iter(contents(memoria, uno, clase)))
    told = Envelope(clase, None, replacement=uuid.UUID(int=7))
    memoria.put(clase.collection.value, bad, seal_record(told, key_of(uno), OFICINA, bad))
    good = uno.add_registro("Y3926552104", "Tercera Ficticia")
    uno.round()
    before = uno.replica()
    for _ in range(2):
        assert dos.round().motivo == ""
        assert held(dos) == [(bad, DAMAGED)]
    assert dos.get(RegistroPatronalRow, good, "razon_social") == ("Tercera Ficticia",)
    assert dos.replica() == before


@pytest.mark.parametrize("how", ["the place of another kind", "the id of another kind"])
def test_a_record_neither_changes_its_kind_nor_joins_another_kind(
    uno: Equipo, dos: Equipo, memoria: Memoria, how: str
) -> None:
    one, other = uno, dos
    relacion = one.add_capturista(one.add_contratista(RFC), CURP)
    meet(one, other)
    before, llave, collection = other.replica(), key_of(one), RecordKind.RELACION.collection.value
    found = {
        opened.kind: (uuid.UUID(name), opened)
        for name, (_, data) in memoria.registros[collection].items()
        for opened in [open_record(data or {}, {1: llave}, OFICINA, collection, uuid.UUID(name))]
    }
    persona, hers = found[RecordKind.PERSONA]
    told = found[RecordKind.RELACION][1]
    if how == "the place of another kind":
        place, envelope, content = persona, replace(told, history=hers.history), told.content
    else:
        place, envelope, content = relacion, replace(told, replacement=persona), None
    envelope = replace(envelope, history=envelope.history.written(("ffffffff00000001", 1)))
    sealed = seal_record(envelope, llave, OFICINA, place, PackedContent.of(content))
    memoria.put(collection, place, sealed)
    for _ in range(2):
        assert other.round().motivo == ""
        assert held(other) == [(place, DAMAGED)]
    assert other.replica() == before


@pytest.mark.parametrize("error", [RuntimeError("x"), KeyError(7), OverflowError()])
def test_whatever_one_record_raises_holds_that_record_alone(
    uno: Equipo, dos: Equipo, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    bad = uno.add_registro("Y551234510", "Empresa Ficticia")
    good = uno.add_registro("Y6077636105", "Otra Ficticia")
    uno.round()
    write = RecordWriter.write

    def failing(self: RecordWriter, db: Any, kind: Any, record_id: uuid.UUID, *rest: Any) -> bool:
        done = write(self, db, kind, record_id, *rest)
        if record_id == bad:
            raise error
        return done

    with monkeypatch.context() as patch:
        patch.setattr(RecordWriter, "write", failing)
        assert dos.round().motivo == ""
    assert held(dos) == [(bad, DAMAGED)]
    assert dos.get(RegistroPatronalRow, good, "razon_social") == ("Otra Ficticia",)
    assert dos.count("registros_patronales") == 1
    dos.round()
    assert (held(dos), dos.replica()) == ([], uno.replica())


def test_what_is_the_fault_of_the_machine_holds_no_record(
    uno: Equipo, dos: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno.add_registro("Y551234510", "Empresa Ficticia")
    uno.round()

    def full(*_: Any) -> bool:
        raise dbapi2.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(RecordWriter, "write", full)
        with pytest.raises(UserFacingError):
            dos.round()
    assert held(dos) == []
    # The light tells it, until a round ends well.
    assert "disco" in dos.sync.state().motivo
    assert dos.sync.state().luz not in {Luz.AL_DIA, Luz.PENDIENTE}
    meet(dos)
    assert (dos.replica(), dos.sync.state().motivo) == (uno.replica(), "")


def test_a_round_that_a_mistake_of_the_program_ends_says_so(
    uno: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Delivery, "deliver", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            uno.round()
    assert uno.sync.state().motivo == BROKEN
    assert uno.sync.state().luz not in {Luz.AL_DIA, Luz.PENDIENTE}
