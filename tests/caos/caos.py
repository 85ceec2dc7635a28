"""One run: an office is made, everything goes wrong for a while, then it is quiet, then judged."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.datos import registros_patronales
from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.services.sincronizacion.oficina.connection import connect
from icsoe_desktop.services.sincronizacion.recibir.arrival import OLD_KEY
from resources.servidor import oficinas
from tests.caos import diario, oraculo, secretos, vuelco
from tests.caos.ataques import INTRUSO, Ataques, keep_trail, save_trail, trail
from tests.caos.diario import Acto
from tests.caos.escritorio import LLAVE, Plan
from tests.caos.oraculo import Veredicto
from tests.caos.primeros_pasos import REGISTROS
from tests.caos.procesos import Equipo, give_certificates
from tests.caos.proxy import REPEATED_S, Falla, Proxy
from tests.caos.sucesos import (
    RESPONSABLES,
    Oficina,
    Sucesos,
    Tell,
    again,
    invite_and_join,
    wait_for,
)
from tests.services.sincronizacion.equipos import Equipo as Lector
from tests.services.sincronizacion.equipos import open_equipo
from tests.support.kinto_real import KintoReal

CLOCK_ERROR_S = 2 * 86_400
QUIET_ROUNDS = 25
QUIET = NoProgress()


@dataclass
class Resultado:
    semilla: int
    segundos: float = 0.0
    sucesos: Counter[str] = field(default_factory=Counter)
    ataques: Counter[str] = field(default_factory=Counter)
    fallas: Counter[Falla] = field(default_factory=Counter)
    peticiones: int = 0
    rondas: int = 0
    rondas_quietas: int = 0
    motivos: Counter[str] = field(default_factory=Counter)
    rotos: list[str] = field(default_factory=list)  # exceptions that no user may see
    apartados: list[Any] = field(default_factory=list)
    llave_anterior: int = 0  # held because a key of before a removal sealed them: see 0033
    esperan: int = 0
    se_mueven: int = 0  # records that still went to and fro in the last quiet round
    choques: int = 0  # two records of one thing between which a person chose
    detenidos: list[str] = field(default_factory=list)  # what only a person would start again
    diferencias: dict[int, list[str]] = field(default_factory=dict)
    permitido: list[str] = field(default_factory=list)  # what a reader or somebody removed could do
    secretas: int = 0  # values that were typed after a removal
    leidas: list[str] = field(default_factory=list)  # those that somebody removed can read
    veredicto: Veredicto = field(default_factory=Veredicto)

    def figures(self) -> dict[str, Any]:
        return {
            "semilla": self.semilla,
            "segundos": round(self.segundos, 1),
            "ediciones": self.veredicto.ediciones,
            "inserciones": self.veredicto.inserciones,
            "marcas": self.veredicto.marcas,
            "reemplazadas": self.veredicto.reemplazadas,
            "en_conflicto": self.veredicto.en_conflicto,
            "perdidas": len(self.veredicto.perdidas),
            "replicas_distintas": len(self.diferencias),
            "volvieron": len(self.veredicto.vueltos),
            "choques_elegidos": self.choques,
            "de_llave_anterior": self.llave_anterior,
            "secretas": self.secretas,
            "leidas_tras_el_retiro": len(self.leidas),
            "sucesos": dict(self.sucesos),
            "ataques": sum(self.ataques.values()),
            "peticiones": self.peticiones,
            "fallas": sum(n for one, n in self.fallas.items() if one is not Falla.NINGUNA),
            "rondas": self.rondas,
            "rondas_quietas": self.rondas_quietas,
            "detenidos": len(self.detenidos),
            "rondas_interrumpidas": sum(self.motivos.values()),
        }

    @property
    def faltas(self) -> list[str]:
        """All that is wrong."""
        return [
            *self.rotos[:3],
            *self.detenidos,
            *self.veredicto.perdidas[:20],
            *(f"réplica {n}: {one}" for n, each in self.diferencias.items() for one in each),
            *(f"apartado: {one}" for one in self.apartados),
            *([f"esperan {self.esperan}"] if self.esperan else []),
            *([f"se mueven {self.se_mueven}"] if self.se_mueven else []),
            *(f"alguien pudo {one}" for one in self.permitido),
            *self.leidas,
        ]

    def report(self) -> dict[str, Any]:
        return {
            **self.figures(),
            "faltas": self.faltas,
            "motivos": dict(self.motivos),
            "ataques": dict(self.ataques),
            "rotos": self.rotos,
            "diferencias": self.diferencias,
        }


class Caos:
    """semilla: of every plan, of faults, of edits, of events. seconds: of trouble."""

    def __init__(
        self,
        servidor: KintoReal,
        folder: Path,
        semilla: int,
        seconds: float,
        cuantos: int = 5,
        nuevos: int = 1,
        tell: Tell = lambda _: None,
    ) -> None:
        """cuantos: desktops from the start, the first two of responsables. nuevos: who join."""
        self._tell = tell
        self._server = servidor
        self._folder = folder
        self._seconds = seconds
        self._stack = ExitStack()
        self._chance = random.Random(semilla)  # noqa: S311 - no secret comes of it
        self.resultado = Resultado(semilla)
        more = cuantos + nuevos - len(REGISTROS)
        numbers = [*REGISTROS, *registros_patronales(max(more, 0), semilla=91)]
        desktops = [
            Equipo(
                folder / f"equipo-{n}",
                Plan(n, semilla, self._chance.uniform(-CLOCK_ERROR_S, CLOCK_ERROR_S), numbers[n]),
            )
            for n in range(cuantos + nuevos)
        ]
        parts = urlsplit(servidor.direccion)
        address = (parts.hostname or "", parts.port or 0)
        nombre = servidor.office()
        lector = f"lector-{nombre[-6:]}"
        self.oficina = Oficina(
            servidor,
            nombre,
            desktops[:cuantos],
            [Proxy(address, f"{semilla}-{n}") for n in range(cuantos)],
            desktops[: cuantos - 1 : -1],
            Ataques(servidor, nombre, lector, semilla, pausa_s=min(0.6, seconds / 25)),
        )
        self._all = desktops

    def run(self) -> Resultado:
        try:
            self._begin()
            self._tell("la oficina está lista")
            start = time.monotonic()
            self._trouble()
            self.resultado.segundos = time.monotonic() - start
            self._quiet()
            self._judge()
        finally:
            for equipo in self._all:
                equipo.stop()
            for proxy in self.oficina.proxies:
                proxy.__exit__()
            self._stack.close()
        return self.resultado

    def _begin(self) -> None:
        office = self.oficina
        keep_trail(self._server)
        give_certificates([one.folder for one in self._all])
        first, *others = office.equipos
        for equipo in office.equipos:
            equipo.start()
        for equipo in office.equipos:
            equipo.ready()
        first.ask("empezar")
        cuenta = f"e0-{office.nombre[-6:]}"
        password = self._server.account(cuenta)
        oficinas.set_role(self._server.administration, office.nombre, cuenta, "responsable")
        first.ask(
            "crear",
            direccion=self._server.direccion,
            cuenta=cuenta,
            contrasena=password,
            oficina=office.nombre,
        )
        first.ask("ronda")
        for n, equipo in enumerate(others, 1):
            rol = RolOficina.RESPONSABLE if n < RESPONSABLES else RolOficina.MIEMBRO
            invite_and_join(office, equipo, rol)
        self._lector = self._reader()
        for _ in range(2):  # everybody is let in
            for equipo in office.equipos:
                equipo.ask("ronda")
        office.dentro = list(office.equipos)
        again(first, "suplente", numero=1)
        for equipo, proxy in zip(office.equipos, office.proxies, strict=True):
            equipo.ask("mudar", direccion=f"http://127.0.0.1:{proxy.puerto}/v1")

    def _reader(self) -> Lector:
        """The desktop of somebody who may only read, and who is hostile."""
        office = self.oficina
        cuenta = f"lector-{office.nombre[-6:]}"
        lector = self._stack.enter_context(open_equipo(self._folder, cuenta, connect))
        archivo = self._folder / "invitacion"
        told = office.equipos[0].ask(
            "invitar",
            cuenta=cuenta,
            contrasena=self._server.account(cuenta),
            rol=RolOficina.CONSULTA.value,
            archivo=str(archivo),
        )
        vista = lector.sync.read_invitation(lector.sesion, archivo.read_bytes(), told["codigo"])
        lector.sync.join(lector.sesion, vista, "Lector", QUIET)
        with lector.store.read() as db:
            office.ataques.llaves += list(lector.sync._oficina.keys(db).values())
            self._server.passwords[cuenta] = lector.sync._oficina.conexion(db).contrasena
        return lector

    def _trouble(self) -> None:
        office = self.oficina
        for proxy in office.proxies:
            proxy.activo = True
        for equipo in office.equipos:
            equipo.ask("correr")
        office.ataques.start()
        try:
            Sucesos(office, self._chance, self._seconds, self._tell).run()
            self._wait_for_secrets()
        finally:
            office.ataques.stop()
        office.ataques.each_once()
        for proxy in office.proxies:
            proxy.activo = False
            self.resultado.fallas += proxy.fallas
            self.resultado.peticiones += proxy.peticiones
        for equipo in office.equipos:
            equipo.order("parar")
        for equipo in office.equipos:
            self._stopped(equipo.answer())

    def _wait_for_secrets(self) -> None:
        """Until something was typed that whoever was removed last must not read.

        On a fast machine the time is over before the others have the later key.
        """
        if not self.oficina.retirados:
            return

        def is_typed() -> bool:
            acts, _, keys = self._journals()
            legitimate = self.oficina.retirados[-1].legitimas
            return bool(secretos.secret_tokens(acts, keys, legitimate))

        wait_for("typed after the removal", self.oficina.dentro, is_typed)

    def _stopped(self, told: dict[str, Any]) -> None:
        self.resultado.rondas += told["rondas"]
        self.resultado.motivos.update(told["motivos"])
        self.resultado.rotos += told["fallas"]
        assert not told["vivos"], "a desktop does not stop"

    def _quiet(self) -> None:
        """Rounds without trouble until nobody has anything to say any more."""
        time.sleep(REPEATED_S)  # what is still on its way may arrive
        found, inside = self.resultado, self.oficina.dentro
        still = 0
        for number in range(QUIET_ROUNDS):
            found.rondas_quietas = number + 1
            self._tell(f"ronda quieta {number + 1}: esperan {found.esperan}")
            # The first ones also look at what no collection reports, as each desktop does hourly.
            told = [equipo.ask("ronda", entera=number < 3) for equipo in inside]
            if self._lector.sync.state().detenida:
                self._lector.sync.resume(self._lector.sesion)
            lector = self._lector.round()
            moved = sum(one["enviados"] + one["recibidos"] for one in told) + lector.recibidos
            found.se_mueven = moved
            found.esperan = sum(one["esperan"] for one in told)
            held = [
                each
                for one in told
                for each in one["apartados"]
                if each[1] not in self.oficina.ataques.inventados
            ]
            # Who was removed may have written them: that they stay out is the promise.
            found.apartados = [each for each in held if each[3] != OLD_KEY]
            found.llave_anterior = len(held) - len(found.apartados)
            found.motivos.update(one["motivo"] for one in told if one["motivo"])
            found.detenidos = [one["motivo"] for one in told if one["detenida"]]
            found.detenidos += [f"lector: {lector.motivo}"] if lector.motivo else []
            if number >= 3 and found.apartados:
                found.choques += inside[number % len(inside)].ask("elegir")["elegidos"]
            waits = found.esperan or found.apartados or found.detenidos
            still = still + 1 if not moved and not waits and number >= 3 else 0
            if still == 2:
                break
        for equipo in self.oficina.equipos:
            if equipo not in inside:
                equipo.ask("ronda")  # what it can still read, it reads now

    def _judge(self) -> None:
        office, found = self.oficina, self.resultado
        found.sucesos, found.ataques = office.hechos, office.ataques.hechos
        found.permitido = office.ataques.faltas
        save_trail(self._server, self._folder / "versiones.jsonl")
        replicas = [self._dump(equipo) for equipo in office.dentro]
        replicas.append(vuelco.dump(self._lector.store))
        if INTRUSO in json.dumps(replicas, ensure_ascii=False):
            found.permitido.append("escribir después del retiro de un equipo")
        found.diferencias = vuelco.all_differences(replicas)
        acts, seen, keys = self._journals()
        found.rotos += self._failures()
        revived = self._revived(acts)
        found.veredicto = oraculo.judge(acts, seen, replicas[0], found.choques > 0, revived)
        self._judge_secrets(acts, keys)

    def _revived(self, acts: Sequence[Acto]) -> set[tuple[int, int]]:
        """(desktop, number) of each certificate that may be there though another act came last."""
        first: dict[str, float] = {}
        for line in (self._folder / "versiones.jsonl").read_text("utf-8").splitlines():
            _, name, _, _, moment = json.loads(line)
            first.setdefault(name.replace("-", ""), moment)
        return oraculo.revived(acts, self.oficina.restaurados, first)

    def _dump(self, equipo: Equipo) -> vuelco.Vuelco:
        path = equipo.folder / "vuelco.json"
        equipo.ask("volcar", archivo=str(path))
        replica: vuelco.Vuelco = json.loads(path.read_text("utf-8"))
        return replica

    def _journals(
        self,
    ) -> tuple[list[Acto], list[dict[str, Any]], dict[int, list[dict[str, Any]]]]:
        """The acts, what was seen, and which keys sealed, of all desktops."""
        acts, seen, keys = [], [], {}
        for equipo in self.oficina.equipos:
            number = equipo.plan.equipo
            ranges = self.oficina.dudosos.get(number, [])
            mine, told = diario.read(equipo.folder / "diario.jsonl", number)
            acts += [diario.doubted(one, ranges) for one in mine]
            looks = [one for one in told if one["f"] == diario.VISTO]
            seen += [one for one in looks if not diario.within(one["n"], ranges)]
            keys[number] = [one for one in told if one["f"] == LLAVE]
        return acts, seen, keys

    def _failures(self) -> list[str]:
        """Errors that no user may see, as the journals name them."""
        return [
            line["error"]
            for equipo in self.oficina.equipos
            for line in diario.lines(equipo.folder / "diario.jsonl")
            if line["f"] == diario.FALLA
        ]

    def _judge_secrets(self, acts: Sequence[Acto], keys: dict[int, list[dict[str, Any]]]) -> None:
        """Nobody who was removed reads what was sealed after their removal was known."""
        office = self.oficina
        versions = trail(self._server)
        for one in office.retirados:
            machine = next(e for e in office.equipos if e.plan.equipo == one.equipo)
            now = machine.ask("secretos")
            later = [OfficeKey(bytes.fromhex(raw), n) for n, raw in now["llaves"]]
            one = replace(one, llaves=[*one.llaves, *later])
            tokens = secretos.secret_tokens(acts, keys, one.legitimas)
            self.resultado.secretas += len(tokens)
            theirs = secretos.every_key(one, versions, office.nombre)
            text = secretos.opened(versions, theirs, office.nombre)
            assert text, "the removed desktop reads nothing at all: the judge is blind"
            self.resultado.leidas += [
                f"equipo {one.equipo} lee {token}" for token in secretos.readable(text, tokens)
            ]
