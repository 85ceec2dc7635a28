"""Whoever changes the bitácora outside the program is found out, also where its end was cut off."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.bitacora.anchor import AnchorFile, anchor_path
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.bitacora.verificacion import (
    ComprobacionBitacora,
    HuellaAnotada,
    VerificacionBitacoraService,
)
from icsoe_desktop.services.movimientos.terminos import DiaCalendario
from icsoe_desktop.store.bitacora.chain import digest
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.respaldo.con_respaldo import Oficina
from tests.support.progreso import Stop

QUIETLY = NoProgress()
# The store refuses to change the bitácora; whoever has the key can take that away first.
UNGUARDED = ("DROP TRIGGER bitacora_no_update", "DROP TRIGGER bitacora_no_delete")


class Libro:
    """A store whose bitácora can be written, forged and verified."""

    def __init__(self, store: Store, path: Path, sesion: Sesion) -> None:
        self.store = store
        self.path = path
        self.sesion = sesion
        self.anchor = AnchorFile(path, store.key.anchor_key())
        self.bitacora = self.start()

    def start(self) -> BitacoraService:
        """The program starts."""
        self.bitacora = BitacoraService(self.store, self.anchor)
        return self.bitacora

    def note(self, times: int = 1) -> None:
        for _ in range(times):
            with self.store.write() as db:
                self.bitacora.record(db, self.sesion, Accion.INGRESO, "usuario")

    def forge(self, *statements: str) -> None:
        with self.store.engine.begin() as connection:
            guards = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'bitacora_no_%'"
            guarded = connection.execute(text(guards)).scalar()
            for one in (*(UNGUARDED if guarded else ()), *statements):
                connection.execute(text(one))

    def note_and_fail(self, db: Session) -> None:
        self.bitacora.record(db, self.sesion, Accion.SALIDA)
        raise RuntimeError

    def verify(self, desde: int = 1, anotada: str | None = None) -> ComprobacionBitacora:
        service = VerificacionBitacoraService(self.store, self.anchor)
        noted = None if anotada is None else HuellaAnotada.parse(anotada)
        return service.verify(self.sesion, QUIETLY, desde, noted)

    def actions(self) -> list[str]:
        with self.store.engine.connect() as connection:
            query = "SELECT accion FROM bitacora ORDER BY numero"
            return list(connection.execute(text(query)).scalars())


@pytest.fixture
def libro(store: Store, tmp_path: Path, sesion: Sesion) -> Libro:
    return Libro(store, tmp_path / "icsoe.db.ancla", sesion)


def test_a_bitacora_that_nobody_touched_has_no_gap(libro: Libro) -> None:
    assert libro.verify().sentence == "La bitácora aún no tiene anotaciones."
    libro.note(5)
    found = libro.verify()
    assert (found.buena, found.anotaciones, found.ultima, found.ancla) == (True, 5, 5, True)
    assert found.sentence == (
        f"5 anotaciones sin huecos. La última es la n.º 5, con la huella {found.huella[:16]}."
    )


def test_a_digest_is_that_of_the_line_and_of_the_digest_before(
    store: Store, sesion: Sesion, reloj: Reloj
) -> None:
    """By hand, so that another program can check it too."""
    bitacora = BitacoraService(store)
    for accion in (Accion.INGRESO, Accion.SALIDA):
        with store.write() as db:
            bitacora.record(db, sesion, accion, detalle="«ñ»")
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM bitacora ORDER BY numero")).mappings().all()
    before = b""
    for at, row in enumerate(rows, 1):
        content = [
            "icsoe/bitacora/1",
            at,
            row["id"].hex(),
            reloj().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            sesion.usuario_id.hex if sesion.usuario_id else "",
            row["accion"],
            "",
            None,
            "«ñ»",
            None,
        ]
        written = json.dumps(content, separators=(",", ":")).encode()
        before = hashlib.sha256(before + written).digest()
        assert row["huella"] == before
    assert [row["accion"] for row in rows] == ["ingreso", "salida"]


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ("UPDATE bitacora SET detalle = 'otro' WHERE numero = 3", "n.º 3 no corresponde"),
        ("UPDATE bitacora SET quien = 'otro' WHERE numero = 1", "n.º 1 no corresponde"),
        ("UPDATE bitacora SET cuando = '2020' WHERE numero = 5", "n.º 5 no corresponde"),
        ("UPDATE bitacora SET huella = x'00' WHERE numero = 4", "n.º 4 no corresponde"),
        ("UPDATE bitacora SET huella = 'x' WHERE numero = 2", "n.º 2 no corresponde"),
        ("UPDATE bitacora SET detalle = x'ff' WHERE numero = 2", "n.º 2 no corresponde"),
        ("DELETE FROM bitacora WHERE numero = 3", "Falta la anotación n.º 3."),
        ("DELETE FROM bitacora WHERE numero IN (2, 3)", "Faltan las anotaciones n.º 2 a 3."),
        ("DELETE FROM bitacora WHERE numero = 1", "Falta la anotación n.º 1."),
        ("UPDATE bitacora SET numero = 'x' WHERE numero = 3", "Falta la anotación n.º 3."),
        ("UPDATE bitacora SET numero = -1 WHERE numero = 3", "n.º 1 no corresponde"),
    ],
)
def test_the_first_gap_is_named(libro: Libro, forged: str, said: str) -> None:
    libro.note(5)
    libro.forge(forged)
    found = libro.verify()
    assert not found.buena
    assert said in found.hueco
    assert found.sentence == found.hueco


def test_a_line_put_in_between_is_found(libro: Libro) -> None:
    libro.note(3)
    libro.forge(
        "UPDATE bitacora SET numero = 4 WHERE numero = 3",
        "INSERT INTO bitacora SELECT x'00112233445566778899aabbccddeeff', 3, cuando, quien, "
        "accion, objeto, objeto_id, detalle, contratista_id, huella FROM bitacora WHERE numero = 2",
    )
    assert "n.º 3 no corresponde" in libro.verify().hueco


def test_a_chain_computed_anew_does_not_have_the_digest_that_somebody_noted(libro: Libro) -> None:
    libro.note(3)
    noted = libro.verify()
    libro.note(2)
    assert libro.verify(anotada=f"3:{noted.nota}").buena
    assert libro.verify(anotada=f" 3 : {noted.huella.upper()} ").buena
    # Someone with the key forgets everything and writes another story.
    libro.forge("DELETE FROM bitacora")
    libro.path.unlink()
    libro.start()
    libro.note(5)
    assert libro.verify().buena
    found = libro.verify(anotada=f"3:{noted.nota}")
    assert "La anotación n.º 3 no tiene la huella que usted anotó" in found.hueco


@pytest.mark.parametrize("note", ["", "3", "3:", "x:3f2a9c1be07d5a64", "3:3f2a", "3:" + "z" * 16])
def test_a_note_that_is_none_is_refused(note: str) -> None:
    with pytest.raises(InvalidInputError, match="dos puntos y su huella"):
        HuellaAnotada.parse(note)


def test_a_cut_end_is_seen_because_the_anchor_is_outside(libro: Libro) -> None:
    libro.note(5)
    libro.forge("DELETE FROM bitacora WHERE numero > 3")
    found = libro.verify()
    assert found.hueco == (
        "Falta el final: el ancla dice que llegaba a la n.º 5, y termina en la n.º 3."
    )
    libro.forge("DELETE FROM bitacora")
    assert "no hay ninguna anotación" in libro.verify().hueco


def test_a_cut_end_stays_written_down_when_the_work_goes_on(libro: Libro) -> None:
    libro.note(5)
    libro.forge("DELETE FROM bitacora WHERE numero > 3")
    libro.start()
    libro.note(2)
    assert (
        libro.actions() == [*["ingreso"] * 3, "faltan anotaciones de la bitácora"] + ["ingreso"] * 2
    )
    found = libro.verify()
    assert found.hueco == (
        "Faltan anotaciones antes de la n.º 4: el ancla decía hasta la n.º 5; la bitácora llegaba "
        "a la n.º 3. Para comprobar lo que sigue, empiece en la n.º 5."
    )
    assert libro.verify(desde=5).buena
    # And it is said once.
    libro.start()
    libro.note()
    assert libro.actions().count("faltan anotaciones de la bitácora") == 1


def test_an_interruption_noted_in_a_change_that_was_undone_is_noted_again(libro: Libro) -> None:
    libro.note(5)
    libro.forge("DELETE FROM bitacora WHERE numero > 3")
    libro.start()
    with pytest.raises(RuntimeError), libro.store.write() as db:
        libro.note_and_fail(db)
    with libro.store.write() as db, pytest.raises(RuntimeError), db.begin_nested():
        libro.note_and_fail(db)
    assert not libro.verify().buena
    libro.note()
    assert libro.actions() == [*["ingreso"] * 3, "faltan anotaciones de la bitácora", "ingreso"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"version": 1, "numero": 9, "huella": "00", "sello": 3}',
        b'{"version": 1, "numero": "9", "huella": "zz", "sello": ""}',
        b'{"version": 1, "numero": 9, "huella": "' + b"0" * 64 + b'", "sello": "\xc3\xb1"}',
        b"\xff" * 10,
        b" " * 1_000_000,
    ],
)
def test_an_anchor_that_no_key_of_these_data_sealed_is_none(libro: Libro, content: bytes) -> None:
    libro.note(2)
    libro.path.write_bytes(content)
    found = libro.verify()
    assert (found.buena, found.ancla) == (True, None)
    assert found.sentence.endswith("No hay ancla: no se puede saber si falta el final.")
    libro.start()
    libro.note()
    assert libro.actions() == ["ingreso", "ingreso", "ancla nueva de la bitácora", "ingreso"]
    assert libro.verify().ancla is True


def test_the_anchor_of_other_data_is_none(libro: Libro) -> None:
    libro.note(2)
    AnchorFile(libro.path, DataKey.generate().anchor_key()).write(libro.anchor.read())  # type: ignore[arg-type]
    assert libro.anchor.read() is None


def test_the_anchor_moves_only_with_what_is_on_the_disk(libro: Libro) -> None:
    libro.note(2)
    before = libro.anchor.read()
    with pytest.raises(RuntimeError), libro.store.write() as db:
        libro.note_and_fail(db)
    assert libro.anchor.read() == before
    assert libro.verify().buena


def test_an_anchor_that_cannot_be_written_stops_nobody(libro: Libro) -> None:
    libro.note(2)
    libro.path.unlink()
    libro.path.mkdir()
    libro.note()
    assert libro.verify().anotaciones == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows no tiene tubos con nombre")
def test_an_anchor_that_is_a_pipe_holds_nobody(libro: Libro) -> None:
    os.mkfifo(libro.path)
    libro.note(400)
    assert libro.verify().anotaciones == 400


def test_checking_can_be_cancelled(libro: Libro) -> None:
    libro.note(1)
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "INSERT INTO bitacora SELECT randomblob(16), i, cuando, quien, accion, objeto, objeto_id, "
        "detalle, contratista_id, huella FROM n, bitacora WHERE numero = 1"
    )
    libro.forge(many)

    # The second line is wrong, so make the chain good first: nothing is reported before 2,000.
    _chain_again(libro)
    with pytest.raises(Cancelled):
        VerificacionBitacoraService(libro.store).verify(libro.sesion, Stop())


def _chain_again(libro: Libro) -> None:
    with libro.store.engine.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT numero, id, cuando, quien, accion, objeto, objeto_id, detalle, "
                "contratista_id FROM bitacora ORDER BY numero"
            )
        ).all()
        before = b""
        for numero, *contents in rows:
            before = digest(before, numero, tuple(contents))
            connection.execute(
                text("UPDATE bitacora SET huella = :huella WHERE numero = :numero"),
                {"huella": before, "numero": numero},
            )


def test_a_restored_backup_goes_on_with_its_own_chain(oficina: Oficina, tmp_path: Path) -> None:
    ruta = tmp_path / "copia.icsoe-respaldo"
    oficina.back_up(ruta)
    with oficina.open() as app:
        app.plazos.save_day(oficina.sesion, _day())
        assert app.verificacion_bitacora.verify(oficina.sesion, QUIETLY).ancla is True
    kept = oficina.restore(ruta)
    anchor = anchor_path(oficina.folder.store)
    assert (kept / anchor.name).exists()
    assert not anchor.exists()
    with oficina.open() as app:
        app.plazos.save_day(oficina.sesion, _day())
        found = app.verificacion_bitacora.verify(oficina.sesion, QUIETLY)
        assert (found.buena, found.ancla) == (True, True)


def test_an_older_file_put_in_place_by_hand_is_seen(oficina: Oficina) -> None:
    older = oficina.folder.store.read_bytes()
    with oficina.open() as app:
        app.plazos.save_day(oficina.sesion, _day())
    oficina.folder.store.write_bytes(older)
    for rest in oficina.folder.root.glob("icsoe.db-*"):
        rest.unlink()
    with oficina.open() as app:
        found = app.verificacion_bitacora.verify(oficina.sesion, QUIETLY)
        assert found.hueco.startswith("Falta el final")


def _day() -> DiaCalendario:
    return DiaCalendario(date(2026, 4, 2), False, "Jueves Santo")
