"""What a hostile administrator and a read-only member do to an office while it works.

Both write through the server's own API, as they can: nothing here knows more than they do. The
administrator has every version that ever lay at the server and the keys of whoever was removed; the
read-only member has the office's keys.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import requests

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RecordCollection,
    RecordKind,
)
from icsoe_desktop.domain.sincronizacion.stamps import History
from icsoe_desktop.seguridad.office_keys import OfficeKey, new_private, newest, public_of
from icsoe_desktop.seguridad.sealed_record import (
    Envelope,
    EnvelopeUnreadableError,
    open_record,
    seal_record,
)
from icsoe_desktop.services.sincronizacion.oficina.acts import act_id
from icsoe_desktop.services.sincronizacion.oficina.keys import member_data
from resources.servidor import oficinas
from tests.support.kinto_real import ADMIN_PASSWORD, KintoReal

DATOS: Final = tuple(one.value for one in RecordCollection)
INTRUSO: Final = "Escrito después del retiro"
# Everything that ever lay at the server, which its administrator may have kept.
TRAIL: Final = "caos_versiones"
ODD: Final[tuple[Any, ...]] = (
    None, {}, {"movimientos": {"x": [1]}}, {"movimientos": []}, {"nombre": "A\r\nBcc: x"},
    {"estado": 10**40}, {"numero": -1, "rfc": None}, {"conflictos": {"x": {}}},
)  # fmt: skip
_TRAIL_SQL: Final = """
CREATE TABLE IF NOT EXISTS caos_versiones (
  n SERIAL, coleccion TEXT, id TEXT, datos JSONB, version BIGINT,
  cuando DOUBLE PRECISION DEFAULT extract(epoch FROM clock_timestamp())
);
CREATE OR REPLACE FUNCTION caos_versiones_nota() RETURNS trigger AS $$ BEGIN
  INSERT INTO caos_versiones (coleccion, id, datos, version)
  VALUES (split_part(NEW.parent_id, '/', 5), NEW.id, NEW.data, as_epoch(NEW.last_modified));
  RETURN NULL;
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS caos_versiones_nota ON objects;
CREATE TRIGGER caos_versiones_nota AFTER INSERT OR UPDATE ON objects FOR EACH ROW
  WHEN (NEW.resource_name = 'record' AND NOT NEW.deleted) EXECUTE FUNCTION caos_versiones_nota();
"""


def keep_trail(server: KintoReal) -> None:
    assert server.postgres is not None
    server.postgres.psql(_TRAIL_SQL, usuario="kinto")


def trail(server: KintoReal) -> list[tuple[str, str, dict[str, Any]]]:
    """(collection, id, data) of every version that the server ever had."""
    assert server.postgres is not None
    said = server.postgres.psql(
        f"SELECT json_build_array(coleccion, id, datos) FROM {TRAIL} ORDER BY n"  # noqa: S608
    )
    return [(one[0], one[1], one[2]) for one in map(json.loads, said.splitlines())]


def save_trail(server: KintoReal, path: Path) -> None:
    """Every version, a line each: collection, id, data, version, seconds since 1970."""
    assert server.postgres is not None
    sql = f"SELECT json_build_array(coleccion, id, datos, version, cuando) FROM {TRAIL} ORDER BY n"  # noqa: S608
    path.write_text(server.postgres.psql(sql), encoding="utf-8")


class Ataques(threading.Thread):
    """Runs until `stop`. faltas: what the server let through although it must not."""

    def __init__(
        self, server: KintoReal, oficina: str, cuenta: str, semilla: int, pausa_s: float
    ) -> None:
        """cuenta: of the read-only member."""
        super().__init__(daemon=True)
        self._server, self._oficina, self._cuenta = server, oficina, cuenta
        self._chance = random.Random(f"ataques-{semilla}")  # noqa: S311 - no secret comes of it
        self._pause_s = pausa_s
        self._turn = threading.Lock()
        self._end = threading.Event()
        self.hechos: Counter[str] = Counter()
        self.faltas: list[str] = []
        self.inventados: set[str] = set()  # ids of records that no desktop made
        self.llaves: list[OfficeKey] = []  # of who was removed, and of the read-only member
        self.retirados: list[str] = []  # accounts
        self.retiradas: dict[int, OfficeKey] = {}  # keys of somebody of whose removal all know
        self._kinds: list[Callable[[], None]] = [
            self._garbage,
            self._older,
            self._delete,
            self._swap,
            self._invent,
            self._act,
            self._key,
            self._role,
            self._member,
            self._removed_writes,
            self._reader_forges,
            self._reader_takes_out,
            self._reader_writes,
        ]
        server.passwords[oficinas.ADMIN] = ADMIN_PASSWORD

    def stop(self) -> None:
        self._end.set()
        self.join()

    @contextmanager
    def paused(self) -> Iterator[None]:
        with self._turn:
            yield

    def run(self) -> None:
        while True:
            for kind in self._chance.sample(self._kinds, len(self._kinds)):
                if self._end.wait(self._chance.random() * 2 * self._pause_s):
                    return
                with self._turn:
                    self._try(kind)

    def each_once(self) -> None:
        """What did not have its turn yet."""
        for kind in self._kinds:
            for _ in range(20):
                if self.hechos[kind.__name__]:
                    break
                self._try(kind)

    def _try(self, kind: Callable[[], None]) -> None:
        try:
            kind()
        except (requests.RequestException, _Busy):
            return  # the server was being killed
        self.hechos[kind.__name__] += 1

    # -- the administrator

    def _garbage(self) -> None:
        coleccion, name, _data = self._some()
        number = self._chance.choice([1, 1, 2, "1", None])
        text = base64.b64encode(self._chance.randbytes(600)).decode()
        garbage: dict[str, Any] = self._chance.choice(
            [
                {},
                {"v": 1, "k": number, "s": text},
                {"v": 1, "k": 1, "s": "no es base 64"},
                {"v": "1", "k": [], "s": {}},
                {"v": 1, "k": 999, "s": text},
                {"v": 2, "k": 1, "s": text},
                {"v": 0, "hola": "x" * 5000},
            ]
        )
        self._write(coleccion, name, garbage)

    def _older(self) -> None:
        coleccion, name, data = self._kept(
            f"coleccion NOT IN ('{ACTS_COLLECTION}', '{KEYS_COLLECTION}', 'pruebas')"
        )
        self._write(coleccion, name, data)

    def _delete(self) -> None:
        coleccion, name, _data = self._some()
        self._ask("DELETE", coleccion, name)

    def _swap(self) -> None:
        """A sealed record in the place of another one."""
        coleccion, name, _data = self._some()
        _other, _name, data = self._some()
        self._write(coleccion, name, data)

    def _invent(self) -> None:
        name = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.inventados.add(name)
        coleccion = self._chance.choice(DATOS)
        if self.llaves and self._chance.random() < 0.7:
            self._write(coleccion, name, self._odd(coleccion, uuid.UUID(name)))
            return
        text = base64.b64encode(self._chance.randbytes(600)).decode()
        self._write(coleccion, name, {"v": 1, "k": 1, "s": text})

    def _odd(self, coleccion: str, name: uuid.UUID) -> dict[str, Any]:
        """What no program writes, validly sealed with a key that somebody has or had."""
        kind = self._chance.choice([one for one in RecordKind if one.collection == coleccion])
        becomes = self._chance.choice([None, uuid.UUID(int=self._chance.getrandbits(128))])
        history = History(((f"ffffffff{self._chance.getrandbits(32):08x}", 1),))
        envelope = Envelope(kind, self._chance.choice(ODD), becomes, history)
        return seal_record(envelope, self._chance.choice(self.llaves), self._oficina, name)

    def _act(self) -> None:
        """Garbage or an older act over the newest one, or above it."""
        known = self._listing(ACTS_COLLECTION)
        numbers = [data["n"] for data in known.values() if isinstance(data.get("n"), int)]
        number = max(numbers, default=1) + self._chance.choice([0, 0, 1, 2])
        _coleccion, _name, older = self._kept(f"coleccion = '{ACTS_COLLECTION}'")
        data = self._chance.choice([{}, {"v": 1, "n": number}, older, {**older, "n": number}])
        self._write(ACTS_COLLECTION, str(act_id(self._oficina, number)), data)

    def _key(self) -> None:
        """Garbage or an older version over something of `llaves`."""
        _coleccion, name, older = self._kept(f"coleccion = '{KEYS_COLLECTION}'")
        self._write(KEYS_COLLECTION, name, self._chance.choice([{}, older, {"activo": False}]))

    def _role(self) -> None:
        """A removed account is a member again, as far as the server goes."""
        if not self.retirados:
            return
        cuenta = self._chance.choice(self.retirados)
        rol = self._chance.choice(["miembro", "responsable"])
        try:
            oficinas.set_role(self._server.administration, self._oficina, cuenta, rol)
        except oficinas.Trouble as trouble:
            raise _Busy from trouble

    def _member(self) -> None:
        """Somebody new whom a key proves that the administrator got from a removed desktop."""
        self._forged(oficinas.ADMIN)

    def _removed_writes(self) -> None:
        """A record as somebody who was removed seals it, without any program."""
        if not self.retiradas:
            return
        coleccion, name, data = self._kept("coleccion = 'contratistas'")
        place = (self._oficina, coleccion, uuid.UUID(name))
        try:
            found = open_record(data, self.retiradas, *place)
        except EnvelopeUnreadableError as error:  # a later key sealed it
            raise _Busy from error
        if found.content is None or "razon_social" not in found.content:
            raise _Busy
        found = replace(found, content={**found.content, "razon_social": INTRUSO})
        sealed = seal_record(found, newest(self.retiradas), self._oficina, uuid.UUID(name))
        self._write(coleccion, name, sealed)

    # -- the read-only member

    def _reader_forges(self) -> None:
        self._forged(self._cuenta)

    def _reader_takes_out(self) -> None:
        """Says that another member left."""
        members = [
            name for name, data in self._listing(KEYS_COLLECTION).items() if "cuenta" in data
        ]
        if not members:
            return
        left = uuid.UUID(self._chance.choice(members)).hex
        proof = base64.b64encode(self._chance.randbytes(32)).decode()
        data = {"v": 1, "salida": left, "pruebas": {one.replace("-", ""): proof for one in members}}
        self._reader("PUT", KEYS_COLLECTION, str(uuid.uuid4()), data)

    def _reader_writes(self) -> None:
        """Where it may not."""
        coleccion, name, data = self._some()
        for place, what in ((coleccion, name), (coleccion, str(uuid.uuid4()))):
            self._refused("PUT", place, what, data)
        self._refused("PUT", ACTS_COLLECTION, str(uuid.uuid4()), {})
        self._refused("DELETE", coleccion, name, None)

    # -- parts

    def _forged(self, cuenta: str) -> None:
        if not self.llaves:
            return
        key = self._chance.choice(self.llaves)
        miembro = uuid.uuid4()
        account = self._chance.choice([*self.retirados, self._cuenta, "nadie"])
        data = member_data(
            miembro, account, "intruso", public_of(new_private()), self._oficina, key
        )
        self._ask("PUT", KEYS_COLLECTION, str(miembro), data, cuenta)

    def _some(self) -> tuple[str, str, dict[str, Any]]:
        coleccion = self._chance.choice(DATOS)
        there = self._listing(coleccion)
        if not there:
            raise _Busy
        name = self._chance.choice(sorted(there))
        return coleccion, name, there[name]

    def _kept(self, where: str) -> tuple[str, str, dict[str, Any]]:
        assert self._server.postgres is not None
        try:
            said = self._server.postgres.psql(
                f"SELECT json_build_array(coleccion, id, datos) FROM {TRAIL} "  # noqa: S608
                f"WHERE {where} ORDER BY random() LIMIT 1"
            )
        except AssertionError as error:  # it was killed
            raise _Busy from error
        if not said:
            raise _Busy
        coleccion, name, data = json.loads(said)
        return coleccion, name, data

    def _listing(self, coleccion: str) -> dict[str, dict[str, Any]]:
        answer = self._ask("GET", coleccion)
        try:
            found = answer.json()["data"]
        except (ValueError, KeyError) as error:
            raise _Busy from error
        own = ("id", "last_modified")
        return {one["id"]: {k: v for k, v in one.items() if k not in own} for one in found}

    def _write(self, coleccion: str, name: str, data: dict[str, Any]) -> None:
        answer = self._ask("PUT", coleccion, name, data)
        if answer.status_code >= 400:
            raise _Busy

    def _reader(self, method: str, coleccion: str, name: str, data: dict[str, Any]) -> None:
        self._ask(method, coleccion, name, data, self._cuenta)

    def _refused(self, method: str, coleccion: str, name: str, data: dict[str, Any] | None) -> None:
        answer = self._ask(method, coleccion, name, data, self._cuenta)
        if answer.status_code < 400:
            self.faltas.append(f"{method} {coleccion} {answer.status_code}")

    def _ask(
        self,
        method: str,
        coleccion: str,
        name: str = "",
        data: dict[str, Any] | None = None,
        cuenta: str = oficinas.ADMIN,
    ) -> requests.Response:
        path = f"/buckets/{self._oficina}/collections/{coleccion}/records"
        options = {} if data is None else {"json": {"data": data}}
        return self._server.ask(method, f"{path}/{name}" if name else path, cuenta, **options)


class _Busy(Exception):
    """Nothing to attack, or the server does not answer now."""
