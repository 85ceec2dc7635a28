"""Programs of different versions lose nothing of each other, and blame no newer one."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.sincronizacion.records import RecordCollection, RecordKind
from icsoe_desktop.services.sincronizacion.oficina.acts import Draft
from icsoe_desktop.services.sincronizacion.valores.rows import DAMAGED
from icsoe_desktop.store import migrate as migrate_module
from icsoe_desktop.store.migrate import alembic_config, migrate
from icsoe_desktop.store.migrations import HEAD
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables import load_all
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from tests.services.movimientos.test_captura import ALTA
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import (
    contents,
    forge,
    held,
    key_of,
    put,
    set_value,
)
from tests.services.sincronizacion.recibir.test_pasos_movimientos import PRESENTADO, Mesa, mesas
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

__all__ = ["mesas"]  # the fixture

load_all()
RFC = "OFI010101AB1"
Columns = Mapping[str, set[str]]


def _lote(equipo: Equipo) -> uuid.UUID:
    row = LoteRow(
        id=equipo.store.new_id(), registro_patronal="Y5512345105", tipo=None,
        nombre_archivo="a.txt", contenido=b"nada", sha256=b"1" * 32, movimientos=0,
        estado="Generado", creado=equipo.store.clock(), numero="", folio="",
    )  # fmt: skip
    with equipo.store.write() as db:
        db.add(row)
    return row.id


def _write(equipo: Equipo, kind: type[Row], registro: uuid.UUID, **values: object) -> None:
    with equipo.store.write() as db:
        row = db.get_one(kind, registro)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_field_of_a_newer_program_is_kept_and_sent_along(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    contratista = uno.add_contratista(RFC)
    made: dict[RecordKind, tuple[type[Row], uuid.UUID, str, tuple[str, str]]] = {
        RecordKind.CONTRATISTA: (ContratistaRow, contratista, "correo", ("uno", "dos")),
        RecordKind.REGISTRO_PATRONAL: (
            RegistroPatronalRow, uno.add_registro("Y551234510", "x"), "razon_social", ("uno", "dos")
        ),
        RecordKind.RELACION: (
            RelacionRow, uno.add_capturista(contratista, CURP), "telefono", ("uno", "dos")
        ),
        RecordKind.LOTE: (LoteRow, _lote(uno), "folio", ("1", "2")),
    }  # fmt: skip
    meet(uno, dos)
    for clase in made:
        forge(memoria, uno, clase, set_value("apodo", ["El Inventado", 7]))
    assert dos.round().motivo == ""
    assert held(dos) == []
    for kind, registro, campo, (one, _) in made.values():
        _write(dos, kind, registro, **{campo: one})
    meet(dos)
    for clase, (_, registro, campo, (one, _two)) in made.items():
        now = contents(memoria, uno, clase)[registro]
        assert (now["apodo"], now[campo]) == (["El Inventado", 7], one), clase
    # Changed on both sides, and by the older one of the two that sends last.
    for clase, (kind, registro, campo, (_, two)) in made.items():
        forge(memoria, uno, clase, set_value("apodo", "otro"), registro)
        _write(dos, kind, registro, **{campo: two})
    meet(dos)
    for clase, (_, registro, campo, (_one, two)) in made.items():
        now = contents(memoria, uno, clase)[registro]
        assert (now["apodo"], now[campo]) == ("otro", two)
    assert (held(dos), dos.conflicts()) == ([], ())
    assert (dos.round().enviados, dos.round().recibidos) == (0, 0)


@pytest.mark.parametrize("waiting", [False, True])
def test_a_field_that_an_older_program_left_out_stays_and_is_told_again(
    uno: Equipo, dos: Equipo, memoria: Memoria, waiting: bool
) -> None:
    row = uno.add_capturista(uno.add_contratista(RFC), CURP, cotejada=date(2026, 1, 2))
    meet(uno, dos)

    def older(contenido: dict[str, Any]) -> None:
        contenido["correo"] = "otro@ejemplo.mx"
        del contenido["cotejada"]

    forge(memoria, uno, RecordKind.RELACION, older, row)
    if waiting:
        dos.change(RelacionRow, row, telefono="5551111111", cotejada=date(2026, 1, 3))
    meet(dos, uno)
    for equipo in (uno, dos):
        correo, cotejada = equipo.get(RelacionRow, row, "correo", "cotejada")
        assert (correo, cotejada) == ("otro@ejemplo.mx", date(2026, 1, 3 if waiting else 2))
        assert (held(equipo), equipo.conflicts()) == ([], ())
    assert contents(memoria, uno, RecordKind.RELACION)[row]["cotejada"] is not None
    assert (uno.round().enviados, dos.round().enviados) == (0, 0)


def lists_of(memoria: Memoria, equipo: Equipo, clase: RecordKind) -> dict[str, list[Any]]:
    """What the server has of the movements in records of the kind."""
    found: dict[str, list[Any]] = {}
    for contenido in contents(memoria, equipo, clase).values():
        found |= contenido["movimientos"]
    return found


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
        for registro in contents(memoria, uno, clase):
            forge(memoria, uno, clase, later(*zona), registro)
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
    assert {key: told[18:] for key, told in movements.items() if told[18:]} == {
        first.hex: zona,
        second.hex: zona,
    }
    assert len(movements) == 3
    assert lists_of(memoria, uno, RecordKind.ESTADOS)[first.hex][9:] == zona

    # Both change the same movement, each what it knows: neither is lost, and nobody has to choose.
    (paquete,) = [
        one
        for one, contenido in contents(memoria, uno, RecordKind.MOVIMIENTOS).items()
        if second.hex in contenido["movimientos"]
    ]

    def move(contenido: dict[str, Any]) -> None:
        for told in contenido["movimientos"].values():
            told[18:19] = ["zona 2"]

    forge(memoria, uno, RecordKind.MOVIMIENTOS, move, paquete)
    other.movimientos.edit(dos.sesion, second, replace(ALTA, fecha=date(2026, 2, 3), umf="002"))
    meet(dos)
    told = lists_of(memoria, uno, RecordKind.MOVIMIENTOS)[second.hex]
    assert (told[13], told[18:]) == ("002", ["zona 2", *zona[1:]])
    assert dos.conflicts() == ()
    assert (held(dos), dos.round().enviados) == ([], 0)

    # What frees a movement of its lote leaves what the newer program told of its state.
    other.lotes.cancel(dos.sesion, lote)
    meet(dos)
    assert lists_of(memoria, uno, RecordKind.ESTADOS)[first.hex] == [
        "Pendiente", *[None] * 5, "", "", None, *zona,
    ]  # fmt: skip
    assert dos.round().enviados == 0


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


@pytest.mark.parametrize("waiting", [False, True])
def test_a_record_without_a_field_that_every_program_tells_is_set_aside(
    uno: Equipo, dos: Equipo, memoria: Memoria, waiting: bool
) -> None:
    row = uno.add_capturista(uno.add_contratista(RFC), CURP)
    certificado = uno.add_certificado(uno.add_registro("Y551234510", "Ficticia"))
    meet(uno, dos)
    for clase, registro, gone in (
        (RecordKind.RELACION, row, "creado"),
        (RecordKind.CERTIFICADO, certificado, "usuario"),
    ):
        forge(memoria, uno, clase, lambda here, gone=gone: here.pop(gone), registro)
    if waiting:
        dos.change(RelacionRow, row, telefono="5551111111")
    before = dos.replica()
    assert dos.round().motivo == ""
    assert sorted(held(dos)) == sorted([(row, DAMAGED), (certificado, DAMAGED)])
    assert dos.replica() == before


def test_a_kind_or_a_format_that_this_program_does_not_know_waits_for_the_new_program(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    """Of the format, an act says that the office uses it: the titular's program is newer."""
    assert "Actualice ICSOE Desktop" in DAMAGED

    def newer(draft: Draft) -> None:
        draft.formats = 2

    with closing(uno.conectar(uno.conexion)) as server:
        uno.sync._register.signer.change(server, newer)
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


@pytest.mark.parametrize("waiting", [False, True])
def test_a_program_brought_up_to_date_takes_what_newer_ones_told_before(
    uno: Equipo, dos: Equipo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waiting: bool
) -> None:
    contratista = uno.add_contratista(RFC)
    row = uno.add_capturista(contratista, CURP, cotejada=date(2026, 1, 2), aviso_version="2")
    certificado = uno.add_certificado(uno.add_registro("Y551234510", "Ficticia"))
    uno.change(CertificadoRow, certificado, llave_nombre="uno.key")
    meet(uno, dos)
    if waiting:
        dos.change(RelacionRow, row, telefono="5551111111")
    # As the program before the columns would have left them.
    bring_up_to_date(
        dos,
        {"relaciones": {"cotejada", "aviso_version"}, "certificados": {"llave_nombre"}},
        tmp_path,
        monkeypatch,
        {"aviso_version": "1"},
    )
    assert dos.get(RelacionRow, row, "cotejada", "aviso_version") == (date(2026, 1, 2), "2")
    assert dos.round().enviados == waiting
    assert dos.get(CertificadoRow, certificado, "llave_nombre") == ("uno.key",)
    # The triggers are there again, and know the new columns.
    dos.change(RelacionRow, row, cotejada=date(2026, 1, 3))
    meet(dos, uno)
    assert uno.get(RelacionRow, row, "cotejada", "aviso_version") == (date(2026, 1, 3), "2")
    assert (held(dos), dos.conflicts()) == ([], ())
    assert (uno.round().enviados, dos.round().enviados) == (0, 0)


def drop_columns(
    equipo: Equipo, columns: Mapping[str, set[str]], defaults: Mapping[str, object]
) -> list[str]:
    """Makes the store one that was never migrated to these columns; what a migration would do.

    defaults: of columns that are never empty, beside those that their classes declare.
    """
    added = []
    with equipo.store.engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        outbox.remove(raw)  # a trigger may name the column
        indexes = raw.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index'")
        for name, table, sql in indexes.fetchall():
            if sql and any(one in sql for one in columns.get(table, ())):
                raw.execute(f"DROP INDEX {name}")
                added.append(sql)
        for table, names in columns.items():
            for name in sorted(names):
                column = Row.metadata.tables[table].columns[name]
                kind = column.type.compile(dialect=connection.dialect)
                declared = None if column.default is None else column.default.arg  # type: ignore[attr-defined]
                default = defaults.get(name, declared)
                told = "" if column.nullable else f" NOT NULL DEFAULT '{default}'"
                raw.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
                added.insert(0, f"ALTER TABLE {table} ADD COLUMN {name} {kind}{told}")
    return added


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
