"""Desktops of an office with programs of different versions: nobody loses what another does not
know, and nobody is told to update for what only an older program wrote."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text

from icsoe_desktop.domain.sincronizacion.records import RecordCollection, RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from icsoe_desktop.services.sincronizacion.valores import kinds
from icsoe_desktop.services.sincronizacion.valores.rows import DAMAGED
from icsoe_desktop.store import migrate as migrate_module
from icsoe_desktop.store.migrate import alembic_config, migrate
from icsoe_desktop.store.migrations import HEAD
from icsoe_desktop.store.sincronizacion import packets, states
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import ContratistaRow, DomicilioRow, RelacionRow
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from tests.services.movimientos.test_captura import ALTA
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import (
    conflict,
    forge,
    held,
    key_of,
    put,
    set_value,
)
from tests.services.sincronizacion.recibir.test_pasos_movimientos import PRESENTADO, Mesa, mesas
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet
from tests.services.sincronizacion.versiones import (
    drop_columns,
    give_default,
    knows_less,
    said,
)

__all__ = ["mesas"]  # the fixture

RFC = "OFI010101AB1"
WHEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
Columns = Mapping[str, set[str]]


@dataclass(frozen=True)
class Caso:
    """A record of a kind. nuevas: columns as a migration may add them, with two values of each.

    de_fabrica: the defaults of those that are never empty. campo: a field that both know; una: it
    is of one unit with them, and two edits of it are a conflict.
    """

    kind: type[Row]
    clase: RecordKind
    make: Callable[[Equipo], uuid.UUID]
    nuevas: Mapping[str, tuple[object, object]]
    de_fabrica: Mapping[str, object] = field(default_factory=dict)
    campo: str = ""
    valores: tuple[str, str, str, str] = ("uno", "dos", "tres", "zeta")
    una: bool = False
    conflicto: bool = True
    se_borra: bool = False

    @property
    def table(self) -> str:
        return self.kind.__tablename__

    def find(self, db: Any, registro: uuid.UUID) -> Any:
        if self.kind is DomicilioRow:
            query = select(DomicilioRow).where(DomicilioRow.contratista_id == registro)
            return db.scalars(query).one_or_none()
        return db.get(self.kind, registro)

    def write(self, equipo: Equipo, registro: uuid.UUID, **values: object) -> None:
        with equipo.store.write() as db:
            row = self.find(db, registro)
            for name, value in values.items():
                setattr(row, name, value)
            if hasattr(row, "actualizado"):
                row.actualizado = equipo.store.clock()

    def read(self, equipo: Equipo, registro: uuid.UUID, *names: str) -> dict[str, object]:
        with equipo.store.read() as db:
            row = self.find(db, registro)
            return {name: getattr(row, name) for name in names}

    def new(self, which: int) -> dict[str, object]:
        return {name: values[which] for name, values in self.nuevas.items()}

    def defaults(self) -> dict[str, object]:
        return {name: self.de_fabrica.get(name) for name in self.nuevas}

    def delete(self, equipo: Equipo, registro: uuid.UUID) -> None:
        with equipo.store.write() as db:
            db.delete(self.find(db, registro))


_CURPS = iter(f"FID{letter}900101MDFCMS0{digit}" for letter in "RSTUVWXYZ" for digit in range(9))


def _contratista(equipo: Equipo) -> uuid.UUID:
    return equipo.add_contratista(f"OFI0{equipo.count('contratistas') + 1}0101AB1")


def _domicilio(equipo: Equipo) -> uuid.UUID:
    contratista = _contratista(equipo)
    _add_domicilio(equipo, contratista, entre_calles="")
    return contratista


def _add_domicilio(equipo: Equipo, contratista: uuid.UUID, **more: str) -> None:
    with equipo.store.write() as db:
        db.add(
            DomicilioRow(
                id=equipo.store.new_id(), contratista_id=contratista, codigo_postal="06600",
                colonia="Juárez", calle="Calle Inventada", numero_exterior="1",
                numero_interior="", municipio="Cuauhtémoc", estado="Ciudad de México",
                fuera_de_catalogo=False, catalogo="1", actualizado=equipo.store.clock(), **more,
            )
        )  # fmt: skip


def _registro(equipo: Equipo) -> uuid.UUID:
    return equipo.add_registro(f"Y55123452{equipo.count('registros_patronales')}", "Ficticia")


def _relacion(equipo: Equipo) -> uuid.UUID:
    with equipo.store.read() as db:
        known = db.scalars(select(ContratistaRow.id)).first()
    return equipo.add_capturista(known or equipo.add_contratista(RFC), next(_CURPS))


def _lote(equipo: Equipo) -> uuid.UUID:
    row = LoteRow(
        id=equipo.store.new_id(), registro_patronal="Y5512345105", tipo=None,
        nombre_archivo="a.txt", contenido=b"nada", sha256=b"1" * 32, movimientos=0,
        estado="Generado", creado=equipo.store.clock(), numero="", folio="",
    )  # fmt: skip
    with equipo.store.write() as db:
        db.add(row)
    return row.id


CASOS = {
    "contratistas": Caso(
        ContratistaRow, RecordKind.CONTRATISTA, _contratista,
        {"celular": ("5551111111", "5552222222"), "completado": (WHEN, WHEN.replace(year=2025))},
        campo="correo",
    ),
    "domicilios": Caso(
        DomicilioRow, RecordKind.CONTRATISTA, _domicilio, {"entre_calles": ("A y B", "C y D")},
        {"entre_calles": "(sin dato)"}, campo="calle", una=True,
    ),
    "registros_patronales": Caso(
        RegistroPatronalRow, RecordKind.REGISTRO_PATRONAL, _registro,
        {"rfc": ("OFI010101AB1", "OFI020202AB2"), "zona": ("frontera", "general")},
        {"rfc": "XAXX010101000", "zona": ""}, campo="razon_social", se_borra=True,
    ),
    "relaciones": Caso(
        RelacionRow, RecordKind.RELACION, _relacion,
        {"cotejada": (date(2026, 1, 2), date(2026, 1, 3)), "aviso_version": ("2", "3")},
        {"aviso_version": "1"}, campo="telefono", se_borra=True,
    ),
    "certificados": Caso(
        CertificadoRow, RecordKind.CERTIFICADO,
        lambda equipo: equipo.add_certificado(_registro(equipo)),
        {"llave_nombre": ("uno.key", "dos.key"), "emisor": ("AC 1", "AC 2")},
        {"emisor": "AC"}, se_borra=True,
    ),
    "lotes": Caso(
        LoteRow, RecordKind.LOTE, _lote, {"tipo": ("08", "02")}, campo="folio",
        valores=("1", "2", "3", "4"), conflicto=False,
    ),
}  # fmt: skip


@dataclass
class Oficina:
    """A desktop with this program and one that does not know some columns."""

    nuevo: Equipo
    viejo: Equipo
    columnas: Columns

    def meet(self) -> None:
        """Rounds until both have heard of everything; nobody sets anything aside."""
        for turn in range(4):
            found = [self.nuevo.round(), self.old_round()]
            assert [one.motivo for one in found] == ["", ""]
            told = [(one.enviados, one.recibidos, one.pendientes) for one in found]
            if turn and told == [(0, 0, 0)] * 2:
                break
        else:
            pytest.fail(f"they never rest: {told}")
        for equipo in (self.nuevo, self.viejo):
            assert equipo.sync.set_aside(equipo.sesion) == ()

    def old_round(self) -> Any:
        with knows_less(self.columnas):
            return self.viejo.round()

    def old(self, act: Callable[[Equipo], Any]) -> Any:
        with knows_less(self.columnas):
            return act(self.viejo)


def live_together(oficina: Oficina, caso: Caso, first: Equipo) -> None:
    """A record through its life on both desktops. first: who makes it."""
    nuevo, viejo = oficina.nuevo, oficina.viejo
    known = set(caso.nuevas) & oficina.columnas.get(caso.table, set())

    def new(which: int) -> dict[str, object]:
        return {name: value for name, value in caso.new(which).items() if name in known}

    if first is nuevo:
        registro = caso.make(nuevo)
        caso.write(nuevo, registro, **new(0))
        oficina.meet()
        present = new(0)
    else:
        registro = oficina.old(caso.make)
        oficina.meet()
        present = {name: value for name, value in caso.defaults().items() if name in known}
    assert caso.read(nuevo, registro, *known) == present

    if caso.campo:
        one, two, three, four = caso.valores
        oficina.old(lambda equipo: caso.write(equipo, registro, **{caso.campo: one}))
        oficina.meet()
        assert caso.read(nuevo, registro, caso.campo, *known) == {caso.campo: one, **present}

        # Each changes what it knows; whoever sends first, both are there.
        present = new(1)
        caso.write(nuevo, registro, **present)
        oficina.old(lambda equipo: caso.write(equipo, registro, **{caso.campo: two}))
        oficina.meet()
        for equipo in (nuevo, viejo):
            assert caso.read(equipo, registro, caso.campo) == {caso.campo: two}
        assert caso.read(nuevo, registro, *known) == present

        if not caso.una:
            present = new(0)
            caso.write(nuevo, registro, **present)
        oficina.old(lambda equipo: caso.write(equipo, registro, **{caso.campo: three}))
        assert oficina.old_round().motivo == ""
        oficina.meet()
        assert caso.read(nuevo, registro, caso.campo, *known) == {caso.campo: three, **present}
        for equipo in (nuevo, viejo):
            assert equipo.sync.conflicts(equipo.sesion) == ()

        # Both change the same: it is a conflict, and of nothing else.
        caso.write(nuevo, registro, **{caso.campo: four})
        oficina.old(lambda equipo: caso.write(equipo, registro, **{caso.campo: one}))
        oficina.meet()
        settled = caso.read(viejo, registro, caso.campo)
        assert caso.read(nuevo, registro, caso.campo, *known) == {**settled, **present}
        if caso.conflicto:
            (conflicto,) = oficina.old(lambda equipo: equipo.sync.conflicts(equipo.sesion))
            oficina.old(
                lambda equipo: equipo.sync.resolve(equipo.sesion, conflicto, Eleccion.PERDIDO)
            )
            oficina.meet()
            after = caso.read(nuevo, registro, caso.campo, *known)
            assert after == {**caso.read(viejo, registro, caso.campo), **present}
            assert after[caso.campo] != settled[caso.campo]
            assert nuevo.sync.conflicts(nuevo.sesion) == ()

    if caso.se_borra:
        oficina.old(lambda equipo: caso.delete(equipo, registro))
        oficina.meet()
        with nuevo.store.read() as db:
            assert caso.find(db, registro) is None
        again = caso.make(nuevo)
        caso.write(nuevo, again, **new(1))
        oficina.meet()
        caso.delete(nuevo, again)
        oficina.meet()
        with viejo.store.read() as db:
            assert caso.find(db, again) is None


@pytest.mark.parametrize(
    ("table", "who"), [("registros_patronales", "nuevo"), ("domicilios", "viejo")]
)
def test_a_column_that_one_of_them_does_not_know_survives_on_both(
    uno: Equipo, dos: Equipo, monkeypatch: pytest.MonkeyPatch, table: str, who: str
) -> None:
    caso = CASOS[table]
    for name, value in caso.de_fabrica.items():
        give_default(monkeypatch, table, name, value)
    oficina = Oficina(uno, dos, {table: set(caso.nuevas)})
    live_together(oficina, caso, uno if who == "nuevo" else dos)


def test_a_field_of_a_newer_program_is_kept_and_sent_along(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    kinds = {
        RecordKind.CONTRATISTA: "contratistas",
        RecordKind.REGISTRO_PATRONAL: "registros_patronales",
        RecordKind.RELACION: "relaciones",
        RecordKind.LOTE: "lotes",
    }
    made = {clase: CASOS[table].make(uno) for clase, table in kinds.items()}
    meet(uno, dos)
    for clase in kinds:
        forge(memoria, uno, clase, set_value("apodo", ["El Inventado", 7]))
    assert dos.round().motivo == ""
    assert held(dos) == []
    for clase, table in kinds.items():
        caso = CASOS[table]
        caso.write(dos, made[clase], **{caso.campo: caso.valores[0]})
    meet(dos)
    for clase, registro in made.items():
        now = said(memoria, uno, clase, registro)
        assert now["apodo"] == ["El Inventado", 7], clase
        assert now[CASOS[kinds[clase]].campo] == CASOS[kinds[clase]].valores[0]
    # Changed on both sides, and by the older one of the two that sends last.
    for clase, registro in made.items():
        forge_one(memoria, uno, clase, registro, set_value("apodo", "otro"))
        caso = CASOS[kinds[clase]]
        caso.write(dos, registro, **{caso.campo: caso.valores[1]})
    meet(dos)
    for clase, registro in made.items():
        now = said(memoria, uno, clase, registro)
        assert (now["apodo"], now[CASOS[kinds[clase]].campo]) == (
            "otro",
            CASOS[kinds[clase]].valores[1],
        )
    assert (held(dos), dos.sync.conflicts(dos.sesion)) == ([], ())
    assert (dos.round().enviados, dos.round().recibidos) == (0, 0)


def forge_one(
    memoria: Memoria,
    equipo: Equipo,
    clase: RecordKind,
    registro: uuid.UUID,
    change: Callable[[dict[str, Any]], None],
) -> None:
    """As `forge`, of one record."""
    contenido = said(memoria, equipo, clase, registro)
    change(contenido)
    put(memoria, key_of(equipo), clase, registro, json.dumps(contenido))


def lists_of(memoria: Memoria, equipo: Equipo, clase: RecordKind) -> dict[str, list[Any]]:
    """What the server has of the movements in records of the kind."""
    found: dict[str, list[Any]] = {}
    for registro in records_with_lists(memoria, equipo, clase):
        found |= said(memoria, equipo, clase, registro)["movimientos"]
    return found


def records_with_lists(memoria: Memoria, equipo: Equipo, clase: RecordKind) -> list[uuid.UUID]:
    """The record of a lote has the number of its movements in that field."""
    names = [uuid.UUID(name) for name in memoria.registros[clase.collection.value]]
    return [
        one
        for one in names
        if isinstance(said(memoria, equipo, clase, one).get("movimientos"), dict)
    ]


def test_values_of_a_movement_that_a_newer_program_told_are_kept_and_sent_along(
    mesas: tuple[Mesa, Mesa], memoria: Memoria
) -> None:
    one, other = mesas
    uno, dos = one.equipo, other.equipo
    first, second = one.capture(2), one.capture(3)
    lote = one.lote(first)
    meet(uno, dos)

    def later(*values: object) -> Callable[[dict[str, Any]], None]:
        def change(contenido: dict[str, Any]) -> None:
            for told in contenido["movimientos"].values():
                told.extend(values)

        return change

    zona = ["zona 1", None, {"de": "otra lista"}]
    for clase in (RecordKind.MOVIMIENTOS, RecordKind.ESTADOS):
        for registro in records_with_lists(memoria, uno, clase):
            forge_one(memoria, uno, clase, registro, later(*zona))
    assert dos.round().motivo == ""
    assert held(dos) == []
    assert dos.round().enviados == 0
    assert len(lists_of(memoria, uno, RecordKind.ESTADOS)) == 1

    other.movimientos.edit(dos.sesion, second, replace(ALTA, fecha=date(2026, 2, 3), umf="001"))
    other.lotes.mark_sent(dos.sesion, lote, PRESENTADO)
    other.capture(9)
    meet(dos)
    assert held(dos) == []
    movements = lists_of(memoria, uno, RecordKind.MOVIMIENTOS)
    assert movements[second.hex][13] == "001"
    assert {key: told[16:] for key, told in movements.items() if told[16:]} == {
        first.hex: zona,
        second.hex: zona,
    }
    assert len(movements) == 3
    assert lists_of(memoria, uno, RecordKind.ESTADOS)[first.hex][9:] == zona

    # Both change the same movement, each what it knows: neither is lost, and nobody has to choose.
    (paquete,) = [
        one
        for one in records_with_lists(memoria, uno, RecordKind.MOVIMIENTOS)
        if second.hex in said(memoria, uno, RecordKind.MOVIMIENTOS, one)["movimientos"]
    ]

    def move(contenido: dict[str, Any]) -> None:
        for told in contenido["movimientos"].values():
            told[16:17] = ["zona 2"]

    forge_one(memoria, uno, RecordKind.MOVIMIENTOS, paquete, move)
    other.movimientos.edit(dos.sesion, second, replace(ALTA, fecha=date(2026, 2, 3), umf="002"))
    meet(dos)
    told = lists_of(memoria, uno, RecordKind.MOVIMIENTOS)[second.hex]
    assert (told[13], told[16:]) == ("002", ["zona 2", *zona[1:]])
    assert dos.sync.conflicts(dos.sesion) == ()
    assert (held(dos), dos.round().enviados) == ([], 0)

    # What frees a movement of its lote leaves what the newer program told of its state.
    other.lotes.cancel(dos.sesion, lote)
    meet(dos)
    assert lists_of(memoria, uno, RecordKind.ESTADOS)[first.hex] == [
        "Pendiente", *[None] * 5, "", "", None, *zona,
    ]  # fmt: skip
    assert dos.round().enviados == 0


def test_a_movement_of_an_older_program_keeps_what_is_here_or_takes_the_default(
    mesas: tuple[Mesa, Mesa], memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = mesas
    uno = one.equipo
    first = one.capture(2)
    uno.round()
    # From here on, the last value is one that the program of the forged records does not know.
    monkeypatch.setattr(packets, "ALWAYS", 15)
    monkeypatch.setattr(packets, "LATER", ("",))
    ((key, told),) = lists_of(memoria, uno, RecordKind.MOVIMIENTOS).items()
    clave = told[15]
    assert clave

    def older(change: Callable[[dict[str, list[Any]]], None]) -> None:
        def apply(contenido: dict[str, Any]) -> None:
            movements = contenido["movimientos"]
            change(movements)
            for values in movements.values():
                del values[15:]

        forge(memoria, uno, RecordKind.MOVIMIENTOS, apply)

    other = uuid.UUID(int=9).hex

    def edit(movements: dict[str, list[Any]]) -> None:
        movements[other] = [*movements[key][:7], 20260220, *movements[key][8:]]
        movements[key][13] = "003"

    older(edit)
    assert uno.round().motivo == ""
    assert held(uno) == []
    # It tells the office again what the older program did not tell, and only that.
    now = lists_of(memoria, uno, RecordKind.MOVIMIENTOS)
    assert (now[key][13], now[key][15], now[other][15]) == ("003", clave, "")
    idle = uno.round()
    assert (idle.enviados, idle.recibidos) == (0, 0)

    # Nothing is told again where the default is what is here.
    here = replace(ALTA, fecha=date(2026, 2, 2))
    one.movimientos.edit(uno.sesion, first, replace(here, clave_trabajador=""))
    assert uno.round().enviados == 1
    older(lambda movements: movements[key].__setitem__(13, "004"))
    read = uno.round()
    assert (read.recibidos, read.enviados) == (1, 0)
    assert one.movimientos.get(uno.sesion, first).umf == "004"

    # Changed here, and by the older one besides.
    one.movimientos.edit(uno.sesion, first, replace(here, umf="004"))
    older(lambda movements: movements[other].__setitem__(13, "005"))
    meet(uno)
    now = lists_of(memoria, uno, RecordKind.MOVIMIENTOS)
    assert (now[key][15], now[other][13]) == (clave, "005")
    assert uno.sync.conflicts(uno.sesion) == ()


def test_a_state_of_an_older_program_keeps_what_is_here(
    mesas: tuple[Mesa, Mesa], memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = mesas
    uno = one.equipo
    lote = one.lote(one.capture(2))
    one.lotes.mark_sent(uno.sesion, lote, PRESENTADO)
    uno.round()
    monkeypatch.setattr(states, "ALWAYS", 8)

    def older(contenido: dict[str, Any]) -> None:
        for told in contenido["movimientos"].values():
            told[0], told[3] = "Recibido", 20260303
            del told[8:]

    forge(memoria, uno, RecordKind.ESTADOS, older)
    assert uno.round().motivo == ""
    assert held(uno) == []
    (now,) = lists_of(memoria, uno, RecordKind.ESTADOS).values()
    assert (now[0], now[3], now[8]) == ("Recibido", 20260303, lote.hex)
    assert one.states() == ["Recibido"]
    idle = uno.round()
    assert (idle.enviados, idle.recibidos) == (0, 0)


@pytest.mark.parametrize("clase", [RecordKind.MOVIMIENTOS, RecordKind.ESTADOS])
def test_a_movement_without_a_value_that_every_program_tells_is_set_aside(
    mesas: tuple[Mesa, Mesa], memoria: Memoria, clase: RecordKind
) -> None:
    one, _ = mesas
    uno = one.equipo
    lote = one.lote(one.capture(2))
    uno.round()

    def shorten(contenido: dict[str, Any]) -> None:
        for told in contenido["movimientos"].values():
            told.pop()

    registro, _ = forge(memoria, uno, clase, shorten)
    one.lotes.mark_sent(uno.sesion, lote, PRESENTADO)
    assert uno.round().motivo == ""
    assert held(uno) == [(registro, DAMAGED)]
    assert one.states() == ["Enviado"]


@pytest.mark.parametrize(
    ("table", "waiting"), [("relaciones", True), ("domicilios", False), ("certificados", False)]
)
def test_a_record_without_a_field_that_every_program_tells_is_set_aside(
    uno: Equipo, dos: Equipo, memoria: Memoria, table: str, waiting: bool
) -> None:
    caso = CASOS[table]
    registro = caso.make(uno)
    meet(uno, dos)
    before = dos.replica()
    gone = {"domicilios": "domicilio.calle", "certificados": "usuario"}.get(table, "creado")
    forge_one(memoria, uno, caso.clase, registro, lambda contenido: contenido.pop(gone))
    if waiting and caso.campo:
        caso.write(dos, registro, **{caso.campo: "uno"})
        before = dos.replica()
    assert dos.round().motivo == ""
    assert held(dos) == [(registro, DAMAGED)]
    assert dos.replica() == before


def test_a_kind_or_a_format_that_this_program_does_not_know_waits_for_the_new_program(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    assert "Actualice ICSOE Desktop" in DAMAGED
    kind: Any = SimpleNamespace(value="plantilla", collection=RecordCollection.CONTRATISTAS)
    strange, later = uuid.UUID(int=5), uuid.UUID(int=6)
    good = uno.add_registro("Y551234510", "Empresa Ficticia")
    meet(uno, dos)
    put(memoria, key_of(uno), kind, strange, '{"nombre":"x"}')
    memoria.registros["contratistas"][str(later)] = (memoria.tick(), {"v": 2, "k": 1, "s": "AA=="})
    for _ in range(2):
        assert dos.round().motivo == ""
        assert sorted(held(dos)) == [(strange, DAMAGED), (later, DAMAGED)]
    # The rest goes on, and what waits stays at the server as it came.
    before = {name: memoria.registros["contratistas"][str(name)] for name in (strange, later)}
    dos.change(RegistroPatronalRow, good, razon_social="Otra Ficticia")
    meet(dos, uno)
    assert uno.get(RegistroPatronalRow, good, "razon_social") == ("Otra Ficticia",)
    for name, row in before.items():
        assert memoria.registros["contratistas"][str(name)] == row


def test_a_conflict_over_a_field_of_a_newer_program_is_shown_and_left_to_it(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uno.add_contratista(RFC)
    meet(uno, dos)

    def newer(contenido: dict[str, Any]) -> None:
        contenido["apodo"] = "Vigente"
        conflict(campo="apodo", vigente=["Vigente"], perdido=["Perdido"])(contenido)

    forge(memoria, uno, RecordKind.CONTRATISTA, newer)
    assert dos.round().motivo == ""
    (found,) = dos.sync.conflicts(dos.sesion)
    assert (found.campo, found.vigente, found.perdido) == ("apodo", "Vigente", "Perdido")
    with pytest.raises(UserFacingError, match="Actualice ICSOE Desktop"):
        dos.sync.resolve(dos.sesion, found, Eleccion.PERDIDO)
    dos.sync.resolve(dos.sesion, found, Eleccion.VIGENTE)
    meet(dos)
    now = said(memoria, uno, RecordKind.CONTRATISTA, registro)
    assert (now["apodo"], now["conflictos"]) == ("Vigente", {})


def test_a_lote_whose_file_is_too_long_to_travel_keeps_it_where_it_was_made(
    uno: Equipo, dos: Equipo, memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "MAX_ARCHIVO_LOTE", 3)
    lote = _lote(uno)
    meet(uno, dos)
    assert dos.get(LoteRow, lote, "contenido") == (b"",)
    CASOS["lotes"].write(dos, lote, estado="Enviado", enviado=PRESENTADO)
    meet(dos, uno)
    assert uno.get(LoteRow, lote, "estado", "contenido") == ("Enviado", b"nada")
    # No file, which is not an empty one.
    assert said(memoria, uno, RecordKind.LOTE, lote)["contenido"] is None
    assert (uno.round().enviados, dos.round().enviados) == (0, 0)


@pytest.mark.parametrize(("table", "waiting"), [("relaciones", True), ("domicilios", False)])
def test_a_program_brought_up_to_date_takes_what_newer_ones_told_before(
    uno: Equipo,
    dos: Equipo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    waiting: bool,
) -> None:
    caso = CASOS[table]
    for name, value in caso.de_fabrica.items():
        give_default(monkeypatch, table, name, value)
    oficina = Oficina(uno, dos, {table: set(caso.nuevas)})
    registro = caso.make(uno)
    caso.write(uno, registro, **caso.new(0))
    oficina.meet()
    assert caso.read(dos, registro, *caso.nuevas) == caso.defaults()
    if waiting:
        oficina.old(lambda equipo: caso.write(equipo, registro, **{caso.campo: caso.valores[0]}))

    bring_up_to_date(dos, oficina.columnas, tmp_path, monkeypatch)
    assert caso.read(dos, registro, *caso.nuevas) == caso.new(0)
    # The triggers are there again, and know the new columns.
    meet(dos, uno)
    changed = {next(iter(caso.nuevas)): next(iter(caso.nuevas.values()))[1]}
    with dos.store.write() as db:
        setattr(caso.find(db, registro), *next(iter(changed.items())))
    meet(dos, uno)
    expected = caso.new(0) | changed | ({caso.campo: caso.valores[0]} if waiting else {})
    for equipo in (uno, dos):
        assert caso.read(equipo, registro, *expected) == expected
        assert (held(equipo), equipo.sync.conflicts(equipo.sesion)) == ([], ())
    assert (uno.round().enviados, dos.round().enviados) == (0, 0)


def test_a_certificate_is_read_again_by_a_program_brought_up_to_date(
    uno: Equipo, dos: Equipo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caso = CASOS["certificados"]
    give_default(monkeypatch, "certificados", "emisor", "AC")
    oficina = Oficina(uno, dos, {"certificados": set(caso.nuevas)})
    registro = caso.make(uno)
    caso.write(uno, registro, **caso.new(0))
    oficina.meet()
    bring_up_to_date(dos, oficina.columnas, tmp_path, monkeypatch)
    assert dos.round().enviados == 0
    assert caso.read(dos, registro, *caso.nuevas) == caso.new(0)
    assert dos.replica() == uno.replica()


def test_a_movement_of_a_program_brought_up_to_date_takes_what_newer_ones_told_before(
    mesas: tuple[Mesa, Mesa], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = mesas
    uno, dos = one.equipo, other.equipo
    lote = one.lote(one.capture(2))
    one.lotes.mark_rejected(uno.sesion, lote, PRESENTADO, "X1", "causa inventada")
    meet(uno, dos)
    before = dos.replica()
    # As the program before the columns would have left them.
    bring_up_to_date(
        dos,
        {"movimientos": {"clave_trabajador", "causa_rechazo"}},
        tmp_path,
        monkeypatch,
        {"clave_trabajador": "", "causa_rechazo": ""},
    )
    assert dos.replica() == before
    with dos.store.read() as db:
        row = db.execute(text("SELECT clave_trabajador, causa_rechazo FROM movimientos")).one()
    assert tuple(row) == ("E 1", "causa inventada")
    assert dos.round().enviados == 0


def bring_up_to_date(
    equipo: Equipo,
    columns: Columns,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    defaults: Mapping[str, object] | None = None,
) -> None:
    """The store of the desktop goes through the migration that adds these columns.

    defaults: of columns that are never empty, beside those that their classes declare.
    """
    statements = drop_columns(equipo, columns, defaults or {})
    scripts = folder / "migrations"
    shutil.copytree(Path(migrate_module.__file__).parent / "migrations", scripts)
    (scripts / "versions" / "zzzz_next.py").write_text(
        "from alembic import op\n"
        f"revision = 'siguiente'\ndown_revision = {HEAD!r}\n"
        "def upgrade():\n"
        f"    for statement in {statements!r}:\n"
        "        op.execute(statement)\n",
        encoding="utf-8",
    )
    config = alembic_config()
    config.set_main_option("script_location", str(scripts))
    with monkeypatch.context() as patch:
        patch.setattr(migrate_module, "alembic_config", lambda: config)
        patch.setattr(migrate_module, "HEAD", "siguiente")
        assert migrate(equipo.store.engine, folder / "respaldos", equipo.store.clock)


def test_a_domicilio_that_an_older_program_adds_or_takes_away_arrives(
    uno: Equipo, dos: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    caso = CASOS["domicilios"]
    for name, value in caso.de_fabrica.items():
        give_default(monkeypatch, "domicilios", name, value)
    oficina = Oficina(uno, dos, {"domicilios": set(caso.nuevas)})
    contratista = _contratista(uno)
    oficina.meet()
    oficina.old(lambda equipo: _add_domicilio(equipo, contratista))
    oficina.meet()
    assert caso.read(uno, contratista, "calle", *caso.nuevas) == {
        "calle": "Calle Inventada",
        **caso.defaults(),
    }
    caso.write(uno, contratista, **caso.new(0))
    oficina.meet()
    oficina.old(lambda equipo: caso.delete(equipo, contratista))
    oficina.meet()
    assert uno.count("domicilios") == 0
