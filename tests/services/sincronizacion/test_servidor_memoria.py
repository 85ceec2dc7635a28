"""The server in memory answers as Kinto does: the same is asked of both, and compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.gateways.kinto import server as gateway
from icsoe_desktop.gateways.kinto.errors import RequestRejectedError, SyncServerError
from icsoe_desktop.gateways.kinto.values import RecordWrite, RemoteRecord
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina.connection import connect
from icsoe_desktop.services.sincronizacion.oficina.server import Connect, SyncServer
from resources.servidor.oficinas import ADMIN
from tests.services.sincronizacion.servidor_memoria import DIRECCION, OFICINA, PAGE, Memoria
from tests.support.kinto_real import ADMIN_PASSWORD, KintoReal

ROLES = {
    "ana": RolOficina.RESPONSABLE,
    "beto": RolOficina.MIEMBRO,
    "carla": RolOficina.CONSULTA,
}
OF_THE_CLOCK = {"server_time_ms", "collection_version"}


@dataclass
class Lado:
    """An office with one account of each role at one of the two servers, and «dora» outside."""

    base: Conexion
    passwords: dict[str, str]
    conectar: Connect
    delete: Callable[[str, str], object]
    stack: ExitStack

    def account(self, cuenta: str, contrasena: str = "") -> SyncServer:
        """A new connection."""
        password = contrasena or self.passwords[cuenta]
        made = self.conectar(replace(self.base, cuenta=cuenta, contrasena=password))
        return self.stack.enter_context(closing(made))


def in_memory(stack: ExitStack) -> Lado:
    memoria = Memoria(cuentas={one: one for one in (*ROLES, "dora")}, papeles=dict(ROLES))
    base = Conexion(direccion=DIRECCION, cuenta="", contrasena="", oficina=OFICINA)
    return Lado(base, memoria.cuentas, memoria.conectar, memoria.delete, stack)


def in_kinto(stack: ExitStack, kinto: KintoReal) -> Lado:
    oficina = kinto.office({cuenta: rol.name.lower() for cuenta, rol in ROLES.items()})
    kinto.account("dora")
    kinto.passwords[ADMIN] = ADMIN_PASSWORD

    def delete(coleccion: str, registro: str) -> None:
        path = f"/buckets/{oficina}/collections/{coleccion}/records/{registro}"
        assert kinto.ask("DELETE", path, ADMIN).status_code == 200

    base = Conexion(direccion=kinto.direccion, cuenta="", contrasena="", oficina=oficina)
    return Lado(base, kinto.passwords, connect, delete, stack)


def said(ask: Callable[..., object], *args: object) -> object:
    """The answer, or the kind of error and its number."""
    try:
        return ask(*args)
    except SyncServerError as error:
        status = error.status if isinstance(error, RequestRejectedError) else 0
        return type(error).__name__, status


def new(*names: str, n: int = 1) -> list[RecordWrite]:
    return [RecordWrite(name, {"n": n, "ñ": [None]}, None) for name in names]


def conditional_writes(lado: Lado) -> Iterable[object]:
    beto = lado.account("beto")
    (first,) = beto.write("lotes", new("uno"))
    assert first.version
    (again,) = beto.write("lotes", new("uno"))
    assert again.other == RemoteRecord("uno", first.version, new("uno")[0].data)
    yield first, again
    yield beto.write("lotes", new("uno", n=2))
    yield beto.write("lotes", [RecordWrite("uno", {"n": 3}, first.version)])
    yield beto.write("lotes", [RecordWrite("uno", {"n": 4}, first.version)])  # no more
    yield beto.write("lotes", [RecordWrite("nunca", {"n": 5}, first.version)])
    yield beto.write("lotes", [*new("dos"), *new("uno", n=6), *new("tres")])
    yield beto.get("lotes", "uno"), beto.get("lotes", "nunca")


def tombstones(lado: Lado) -> Iterable[object]:
    beto = lado.account("beto")
    one, other = beto.write("lotes", new("uno", "dos"))
    lado.delete("lotes", "uno")
    beto = lado.account("beto")
    yield beto.page("lotes"), beto.get("lotes", "uno"), beto.count("lotes")
    yield beto.versions("lotes", NoProgress()), beto.listing("lotes")
    yield beto.page("lotes", other.version or 0)
    yield beto.write("lotes", [RecordWrite("uno", {"n": 2}, one.version)])
    yield beto.write("lotes", new("uno", n=3))
    yield lado.account("beto").page("lotes")


def pages(lado: Lado) -> Iterable[object]:
    beto = lado.account("beto")
    written = beto.write("lotes", new(*(f"r{at}" for at in range(PAGE + 3))))
    yield written
    first = lado.account("beto").page("lotes")
    assert first.next_page
    yield replace(first, next_page=None)
    beto.write("lotes", [RecordWrite("r0", {"n": 2}, written[0].version)])  # between two pages
    yield beto.page("lotes", 0, first.next_page)
    yield lado.account("beto").page("lotes", written[4].version or 0)
    yield lado.account("beto").page("capturistas")
    last = max(beto.versions("lotes", NoProgress()).values())
    yield lado.account("beto").page("lotes", last)


def collections(lado: Lado) -> Iterable[object]:
    ana, beto = lado.account("ana"), lado.account("beto")
    for ask in (ana.listing, ana.page, ana.count):
        yield said(ask, "nueva")
    yield said(ana.get, "nueva", "uno"), said(ana.write, "nueva", new("uno"))
    yield said(beto.make_collection, "nueva"), said(ana.make_collection, "nueva")
    yield said(ana.make_collection, "nueva"), ana.listing("nueva"), ana.listing("actas")
    yield said(beto.write, "nueva", new("uno")), said(ana.write, "nueva", new("uno"))


def rights(lado: Lado) -> Iterable[object]:
    for cuenta in ROLES:
        one = lado.account(cuenta)
        for collection in ("lotes", "actas", "llaves"):
            yield cuenta, collection, said(one.write, collection, new(f"de-{cuenta}"))
        mine = one.get("llaves", f"de-{cuenta}")
        assert mine is not None
        yield said(one.write, "llaves", [RecordWrite(mine.id, {"n": 2}, mine.version)])
        yield said(lado.account("ana").write, "llaves", [RecordWrite(mine.id, {}, mine.version)])
        yield said(one.set_office, {"nombre": cuenta}), said(one.set_role, "dora", ROLES[cuenta])
        yield one.roles(), said(lado.account("dora").get, "lotes", "de-ana")
    yield said(lado.account("ana").set_role, "dora", None)
    yield lado.account("ana").office().data
    # The record that is there already is told, as to everybody who may read it.
    yield said(lado.account("carla").write, "llaves", new("de-ana"))


def members(lado: Lado) -> Iterable[object]:
    ana, beto, dora = (lado.account(cuenta) for cuenta in ("ana", "beto", "dora"))
    ana.write("lotes", new("uno"))
    for ask in (dora.office, dora.roles, lado.account("beto", "otra").office):
        yield said(ask)
    ana.set_role("dora", RolOficina.MIEMBRO)
    yield ana.roles(), said(dora.write, "lotes", new("dos"))
    ana.set_role("dora", RolOficina.CONSULTA)
    yield ana.roles(), said(dora.write, "lotes", new("tres")), said(dora.get, "lotes", "dos")
    ana.set_role("dora", None)
    ana.set_role("dora", None)
    yield ana.roles(), said(dora.get, "lotes", "dos"), said(dora.page, "lotes")
    before = ana.office().generation
    ana.set_office({"nombre": "uno", "otro": 1})
    ana.set_office({"nombre": "dos", "generacion": 0})
    assert ana.office().generation == before
    yield beto.office().data


def versions(lado: Lado) -> Iterable[object]:
    """They rise within a collection, and the newest one of it is told with each page."""
    beto = lado.account("beto")
    seen = [one.version or 0 for one in beto.write("lotes", new("uno", "dos", "tres"))]
    assert seen == sorted(set(seen))
    for names in ("uno", "dos", "tres"), ("uno", "tres", "dos"):
        page = lado.account("beto").page("lotes")
        assert page.collection_version == max(one.version for one in page.records)
        assert page.server_time_ms + 1000 >= page.collection_version
        assert tuple(one.id for one in page.records) == names
        if names[1] == "dos":
            lado.delete("lotes", "dos")
    yield names


CASES = (conditional_writes, tombstones, pages, collections, rights, members, versions)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_both_servers_answer_alike(
    case: Callable[[Lado], Iterable[object]],
    kinto_memoria: KintoReal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "RECORDS_PER_PAGE", PAGE)
    with ExitStack() as stack:
        told = list(map(comparable, case(in_memory(stack))))
        assert told == list(map(comparable, case(in_kinto(stack, kinto_memoria))))
        assert told


def test_the_password_that_an_account_gives_itself_is_the_one_that_enters(
    kinto_memoria: KintoReal,
) -> None:
    kinto_memoria.passwords.pop("elsa", None)
    kinto_memoria.account("elsa")
    with ExitStack() as stack:
        memory, kinto = in_memory(stack), in_kinto(stack, kinto_memoria)
        memory.passwords["elsa"] = "primera"
        for lado in (memory, kinto):
            lado.account("ana").set_role("elsa", RolOficina.CONSULTA)
            old, elsa = lado.passwords["elsa"], lado.account("elsa")
            elsa.change_password("Otra-contraseña-1")
            assert lado.account("elsa", "Otra-contraseña-1").roles() == elsa.roles()
            assert said(lado.account("elsa", old).office) == ("PasswordRejectedError", 0)
    del kinto_memoria.passwords["elsa"]


def comparable(answer: object) -> str:
    """Without moments, and with versions by their order in it: no two servers have one clock."""
    text = json.dumps(plain(answer), sort_keys=True, ensure_ascii=False)
    found = sorted(set(re.findall(r"\b1\d{12}\b", text)))
    return re.sub(r"\b1\d{12}\b", lambda each: f"v{found.index(each[0])}", text)


def plain(answer: Any) -> Any:
    if is_dataclass(answer):
        told = {each.name: getattr(answer, each.name) for each in fields(answer)}
        return plain({key: one for key, one in told.items() if key not in OF_THE_CLOCK})
    if isinstance(answer, Mapping):
        return {str(key): plain(one) for key, one in answer.items()}
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return [plain(one) for one in answer]
    return answer
