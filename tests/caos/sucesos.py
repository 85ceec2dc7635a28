"""What befalls an office while people work: deaths, old states that come back, who comes and goes.

Each event is one method. They happen one after the other; edits, rounds, faults of the network and
attacks go on meanwhile.
"""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.seguridad.office_keys import OfficeKey
from resources.servidor import oficinas
from tests.caos.ataques import Ataques
from tests.caos.diario import last_number
from tests.caos.procesos import Equipo
from tests.caos.proxy import Proxy
from tests.caos.secretos import Retirado, key_name
from tests.support.kinto_choque import Foto
from tests.support.kinto_real import KintoReal

Tell = Callable[[str], None]
_Told = TypeVar("_Told")
# How often a person tries, and for how many rounds of each desktop something is waited for. No
# clock ends a wait: other work on the machine makes all slower. One that stands still ends it.
TRIES, ROUNDS, STILL_S = 100, 60, 300.0
RESPONSABLES: Final = 2  # the first desktops; the others are members

PROCESO, EQUIPO, CIERRE, BASE = "procesos web", "equipos", "cierres", "bases"
COPIA, RESTAURACION = "copias de disco", "discos restaurados"
FOTO, ATRAS = "fotos del servidor", "servidor restaurado"
UNION, RETIRO, ROTACION, RELEVO = "uniones", "retiros", "llaves nuevas", "relevos"
GEMELO, PERDIDA = "equipos copiados", "titulares perdidos"

# Each at least once. What needs another one stands after it.
ONCE: Final = (
    COPIA, FOTO, PROCESO, UNION, ROTACION, ATRAS, BASE, RESTAURACION, GEMELO, RELEVO, RETIRO,
    PERDIDA, CIERRE,
)  # fmt: skip
WEIGHTS: Final = {
    PROCESO: 3, EQUIPO: 4, CIERRE: 2, BASE: 2, COPIA: 3, RESTAURACION: 3, FOTO: 4, ATRAS: 4,
    UNION: 1, RETIRO: 1, ROTACION: 1, RELEVO: 1, GEMELO: 1, PERDIDA: 1,
}  # fmt: skip
EVERY_S: Final = 5.0


@dataclass(frozen=True)
class Restaurado:
    """A desktop whose disk was lost. copia, hasta: numbers of its journal at copy and loss.

    cuando: of the loss, in seconds since 1970.
    """

    equipo: int
    copia: int
    hasta: int
    cuando: float


@dataclass
class Oficina:
    """All that runs. equipos: everybody who ever was in it; dentro: who is in it now.

    porvenir: desktops that are still to join. dudosos: desktop → ranges of its journal's numbers
    that nobody may count on, because its disk was lost before it told anybody. copias: desktop →
    number of its journal when its disk was copied. titular, suplente: among the first desktops.
    """

    server: KintoReal
    nombre: str
    equipos: list[Equipo]
    proxies: list[Proxy]
    porvenir: list[Equipo]
    ataques: Ataques
    dentro: list[Equipo] = field(default_factory=list)
    titular: int = 0
    suplente: int = 1
    retirados: list[Retirado] = field(default_factory=list)
    dudosos: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    copias: dict[int, int] = field(default_factory=dict)
    restaurados: list[Restaurado] = field(default_factory=list)
    hechos: Counter[str] = field(default_factory=Counter)


class Sucesos:
    def __init__(self, oficina: Oficina, azar: random.Random, seconds: float, tell: Tell) -> None:
        self._office = oficina
        self._tell = tell
        self._chance = azar
        self._seconds = seconds
        self._photo: Foto | None = None
        self._start = 0.0
        self._kinds: dict[str, Callable[[], bool | None]] = {
            PROCESO: self._worker,
            EQUIPO: self._kill,
            CIERRE: self._close,
            BASE: self._database,
            COPIA: self._copy,
            RESTAURACION: self._restore,
            FOTO: self._take_photo,
            ATRAS: self._put_back,
            UNION: self._join,
            RETIRO: self._remove,
            ROTACION: self._rotate,
            RELEVO: self._relieve,
            GEMELO: self._clone,
            PERDIDA: self._lose,
        }

    def run(self) -> None:
        self._start = time.monotonic()
        for moment, kind in self._plan():
            wait = moment - (time.monotonic() - self._start)
            if wait > 0:
                time.sleep(wait)
            elif wait < -EVERY_S and self._office.hechos[kind]:
                continue  # a slow machine: what did not happen yet goes first
            begun = time.monotonic()
            if self._kinds[kind]() is not False:
                self._office.hechos[kind] += 1
                now = time.monotonic()
                self._tell(f"{begun - self._start:6.1f} s {kind} ({now - begun:.1f} s)")
        time.sleep(max(0.0, self._seconds - (time.monotonic() - self._start)))

    def _plan(self) -> Iterator[tuple[float, str]]:
        """When and what, by the seed."""
        count = max(len(ONCE), int(self._seconds / EVERY_S))
        more = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count - len(ONCE))
        moments = sorted(self._chance.uniform(1, self._seconds) for _ in range(count))
        return zip(moments, [*ONCE, *more], strict=True)

    # -- deaths

    def _worker(self) -> None:
        self._office.server.kill_worker()

    def _database(self) -> None:
        database = self._office.server.postgres
        assert database is not None
        database.kill()
        time.sleep(self._chance.uniform(0, 1.5))
        database.start()

    def _kill(self) -> None:
        equipo = self._chance.choice(self._office.dentro)
        equipo.kill()
        self._go_on(equipo)

    def _close(self) -> None:
        equipo = self._chance.choice(self._office.dentro)
        equipo.ask("parar")
        equipo.close()
        self._go_on(equipo)

    # -- old states

    def _copy(self) -> None:
        equipo = self._chance.choice(self._office.dentro)
        equipo.kill()
        equipo.copy_disk()
        self._office.copias[equipo.plan.equipo] = last_number(equipo.folder / "diario.jsonl")
        self._go_on(equipo)

    def _restore(self) -> bool:
        """The disk of a desktop is lost, and an old copy takes its place."""
        copied = [one for one in self._office.dentro if one.has_copy]
        if not copied:
            return False
        equipo = self._chance.choice(copied)
        with self._calm():
            safe = self._known_to_others(equipo)
            equipo.kill()
        number, last = equipo.plan.equipo, last_number(equipo.folder / "diario.jsonl")
        self._office.dudosos.setdefault(number, []).append((safe, last))
        copied_at = self._office.copias[number]
        self._office.restaurados.append(Restaurado(number, copied_at, last, time.time()))
        equipo.restore_disk()
        self._go_on(equipo)
        return True

    def _take_photo(self) -> None:
        self._photo = Foto(self._office.server, self._office.nombre)

    def _put_back(self) -> bool:
        if self._photo is None:
            return False
        _put_back(self._photo)
        if self._office.hechos[PERDIDA]:
            # Its desktop asks for it: the server may be from before it was titular.
            office, titular = self._office, self._office.dentro[self._office.titular]
            role = (office.nombre, account_of(office, titular), "responsable")
            until_done(
                lambda: oficinas.set_role(office.server.administration, *role), oficinas.Trouble
            )
        return True

    # -- who comes and goes

    def _join(self) -> bool:
        if not self._office.porvenir:
            return False
        equipo = self._new()
        with self._calm():
            self._let_in(equipo)
        return True

    def _clone(self) -> bool:
        """A member's disk is copied and both go on; once told, the copy enters as its own."""
        if not self._office.porvenir:
            return False
        equipo = self._chance.choice(self._office.dentro[RESPONSABLES:])
        equipo.kill()
        copy = self._new(of=equipo)
        copy.ask("separar")
        copy.ask("correr")
        self._go_on(equipo)
        with self._calm():
            both = [equipo, copy]
            wait_for("told of its copy", both, lambda: bool(copy.ask("pulso")["duplicado"]))
            copy.ask("parar")
            self._let_in(copy)
        return True

    def _remove(self) -> bool:
        members = self._office.dentro[RESPONSABLES:]
        if len(members) < 2:
            return False
        equipo = self._chance.choice(members)
        with self._calm():
            safe = self._known_to_others(equipo)
            self._take_out(equipo, self._chance.choice(self._office.dentro[:RESPONSABLES]), safe)
        equipo.ask("dejar")  # it goes on asking the server
        return True

    def _lose(self) -> bool:
        """The titular's disk is lost; the suplente, or who has the paper, goes on without it."""
        office = self._office
        if not office.porvenir:
            return False
        lost, heir, code = office.dentro[office.titular], office.dentro[office.suplente], ""
        with self._calm():
            if self._chance.random() < 0.5:
                code = again(lost, "papel")["codigo"]
                heir = self._chance.choice([one for one in office.dentro if one is not lost])
            safe = self._known_to_others(lost)
            lost.ask("parar")
            again(heir, "relevar", codigo=code)
            self._take_out(lost, heir, safe)
            office.dentro.remove(heir)
            office.dentro.insert(0, heir)
            equipo = self._new()
            self._let_in(equipo, RolOficina.RESPONSABLE)
            office.dentro.remove(equipo)
            office.dentro.insert(1, equipo)
            office.titular, office.suplente = 0, 1
            again(heir, "suplente", numero=equipo.plan.equipo)
        return True

    def _rotate(self) -> None:
        again(self._office.dentro[self._office.titular], "rotar")

    def _relieve(self) -> None:
        """The suplente takes over: the server forgot what the titular did, who is not asked."""
        office = self._office
        former, other = office.dentro[office.titular], office.dentro[office.suplente]
        with self._calm():
            for equipo in (former, other):
                equipo.ask("parar")
            photo = Foto(office.server, office.nombre)
            again(former, "rotar")
            _put_back(photo)
            again(other, "relevar")
            office.titular, office.suplente = office.suplente, office.titular
            again(other, "suplente", numero=former.plan.equipo)
            for equipo in (former, other):
                equipo.ask("correr")

    # -- parts

    def _new(self, of: Equipo | None = None) -> Equipo:
        """The next desktop, running. of: whose disk it has a copy of."""
        equipo = self._office.porvenir.pop()
        if of is not None:
            equipo.take_disk(of)
        equipo.start()
        equipo.ready()
        return equipo

    def _let_in(self, equipo: Equipo, rol: RolOficina = RolOficina.MIEMBRO) -> None:
        """By invitation, until everybody knows it."""
        office = self._office
        proxy = Proxy(office.proxies[0].servidor, f"nuevo-{equipo.plan.equipo}")
        office.proxies.append(proxy)

        def join() -> None:
            invite_and_join(office, equipo, rol)
            equipo.ask("mudar", direccion=f"http://127.0.0.1:{proxy.puerto}/v1")
            equipo.ask("correr")

        def told_off() -> bool:
            return bool(equipo.ask("pulso")["retirado"])

        join()
        office.equipos.append(equipo)
        office.dentro.append(equipo)
        inside = office.dentro

        def known() -> bool:
            return all(self._knows(one, equipo) for one in inside)

        wait_for("let in", inside, lambda: known() or told_off())
        if told_off():
            # It asked by a key that the server forgot meanwhile, and says to ask again.
            equipo.ask("parar")
            join()
            wait_for("let in", inside, known)

    def _take_out(self, equipo: Equipo, who: Equipo, safe: int) -> None:
        """By `who`, until everybody knows it. Whoever it was holds what the desktop has now."""
        office, number = self._office, equipo.plan.equipo
        office.dudosos.setdefault(number, []).append((safe, float("inf")))
        legitimate = {key_name(raw) for each in office.dentro for raw in _keys(each)}
        again(who, "retirar", numero=number)
        found = _retired(equipo, legitimate)
        office.ataques.llaves += found.llaves
        office.ataques.retirados.append(account_of(office, equipo))
        others = [one for one in office.dentro if one is not equipo]
        wait_for("out", others, lambda: not any(self._knows(one, equipo) for one in others))
        office.ataques.retiradas = {one.number: one for one in found.llaves}
        office.dentro.remove(equipo)
        office.retirados.append(found)

    @contextmanager
    def _calm(self) -> Iterator[None]:
        """Without attacks and faults of the network, so that something can be waited for."""
        with self._office.ataques.paused():
            for proxy in self._office.proxies:
                proxy.activo = False
            yield
            for proxy in self._office.proxies:
                proxy.activo = True

    def _go_on(self, equipo: Equipo) -> None:
        equipo.start()
        equipo.ready()
        equipo.ask("correr")

    def _known_to_others(self, equipo: Equipo) -> int:
        """The number of the desktop's journal up to which every other desktop has everything."""
        inside = self._office.dentro
        for one in inside:
            one.ask("dejar")
        begun = equipo.ask("pulso")["empezadas"]
        wait_for("sent", [equipo], lambda: bool(equipo.ask("pulso")["vacia"] > begun))
        safe: int = equipo.ask("pulso")["hasta"]
        if self._chance.random() < 0.5:
            equipo.ask("seguir")  # what is edited from here on may be lost with it
        before = [one.ask("pulso")["empezadas"] for one in inside]

        def is_read() -> bool:
            now = [one.ask("pulso")["buena"] for one in inside]
            return all(a > b for a, b in zip(now, before, strict=True))

        wait_for("read", inside, is_read)
        for one in inside:
            one.ask("seguir")
        return safe

    def _knows(self, one: Equipo, equipo: Equipo) -> bool:
        """Whether a desktop has another one in its newest act."""
        return equipo.ask("secretos")["miembro"] in one.ask("secretos")["miembros"]


def wait_for(what: str, inside: Sequence[Equipo], condition: Callable[[], bool]) -> None:
    """Until it is so, or each of these desktops has tried many rounds."""
    begun = _rounds(inside)
    last, since = begun, time.monotonic()
    while not condition():
        now = _rounds(inside)
        if now != last:
            last, since = now, time.monotonic()
        tried = all(b - a > ROUNDS for a, b in zip(begun, now, strict=True))
        if tried or time.monotonic() - since > STILL_S:
            raise AssertionError(f"never {what}: {[one.ask('pulso') for one in inside]}")
        time.sleep(0.2)


def _rounds(inside: Sequence[Equipo]) -> list[int]:
    return [one.ask("pulso")["empezadas"] for one in inside]


def _put_back(photo: Foto) -> None:
    """Repeats what meets a deadlock with somebody who writes at the same time."""
    until_done(photo.put_back, tries=10)


def until_done(
    do: Callable[[], _Told], error: type[Exception] = AssertionError, *, tries: int = TRIES
) -> _Told:
    """What a person tries until it is done."""
    while True:
        try:
            return do()
        except error:
            tries -= 1
            if not tries:
                raise
            time.sleep(0.5)


def again(equipo: Equipo, orden: str, *, tries: int = TRIES, **options: Any) -> dict[str, Any]:
    return until_done(lambda: equipo.ask(orden, **options), tries=tries)


def invite_and_join(oficina: Oficina, equipo: Equipo, rol: RolOficina = RolOficina.MIEMBRO) -> None:
    """Until it is in: an invitation, or the role of its account, may go lost meanwhile."""
    cuenta = account_of(oficina, equipo)
    archivo = str(equipo.folder / "invitacion")
    password = oficina.server.account(cuenta)
    asked: dict[str, Any] = {
        "cuenta": cuenta,
        "contrasena": password,
        "rol": rol.value,
        "archivo": archivo,
    }

    def once() -> None:
        told = again((oficina.dentro or oficina.equipos)[0], "invitar", **asked)
        again(equipo, "unirse", tries=10, archivo=archivo, codigo=told["codigo"])

    until_done(once, tries=TRIES // 10)


def account_of(oficina: Oficina, equipo: Equipo) -> str:
    return f"e{equipo.plan.equipo}-{oficina.nombre[-6:]}"


def _keys(equipo: Equipo) -> list[bytes]:
    return [bytes.fromhex(raw) for _number, raw in equipo.ask("secretos")["llaves"]]


def _retired(equipo: Equipo, legitimate: set[str]) -> Retirado:
    told = equipo.ask("secretos")
    return Retirado(
        equipo.plan.equipo,
        bytes.fromhex(told["privada"]),
        uuid.UUID(told["miembro"]),
        [OfficeKey(bytes.fromhex(raw), number) for number, raw in told["llaves"]],
        legitimate,
    )
