"""One run: an office is made, everything goes wrong for a while, then it is quiet, then judged."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.caos import diario, oraculo, vuelco
from tests.caos.escritorio import Plan
from tests.caos.oraculo import Veredicto
from tests.caos.primeros_pasos import REGISTROS
from tests.caos.procesos import Equipo, give_certificates
from tests.caos.proxy import REPEATED_S, Falla, Proxy
from tests.support.kinto_real import KintoReal

DAY_S = 86_400
QUIET_ROUNDS = 25
WORKER, DESKTOP, DATABASE = "procesos web", "equipos", "bases"


@dataclass
class Resultado:
    segundos: float = 0.0
    muertes: Counter[str] = field(default_factory=Counter)
    fallas: Counter[Falla] = field(default_factory=Counter)
    peticiones: int = 0
    rondas: int = 0
    rondas_quietas: int = 0
    motivos: Counter[str] = field(default_factory=Counter)
    rotos: list[str] = field(default_factory=list)  # exceptions that no user may see
    apartados: list[Any] = field(default_factory=list)
    esperan: int = 0
    detenidos: list[str] = field(default_factory=list)  # what only a person would start again
    diferencias: dict[int, list[str]] = field(default_factory=dict)
    veredicto: Veredicto = field(default_factory=Veredicto)

    def figures(self) -> dict[str, Any]:
        return {
            "segundos": round(self.segundos, 1),
            "ediciones": self.veredicto.ediciones,
            "inserciones": self.veredicto.inserciones,
            "marcas": self.veredicto.marcas,
            "reemplazadas": self.veredicto.reemplazadas,
            "en_conflicto": self.veredicto.en_conflicto,
            "perdidas": len(self.veredicto.perdidas),
            "replicas_distintas": len(self.diferencias),
            "muertes": dict(self.muertes),
            "peticiones": self.peticiones,
            "fallas": {one.value: count for one, count in self.fallas.items()},
            "rondas": self.rondas,
            "rondas_quietas": self.rondas_quietas,
            "detenidos": len(self.detenidos),
            "rondas_interrumpidas": sum(self.motivos.values()),
        }


class Caos:
    """semilla: of every plan, of faults, of edits, of deaths. seconds: of trouble."""

    def __init__(
        self, servidor: KintoReal, folder: Path, semilla: int, seconds: float, cuantos: int = 5
    ) -> None:
        self._server = servidor
        self._folder = folder
        self._seconds = seconds
        self._chance = random.Random(semilla)  # noqa: S311 - no secret comes of it
        self.resultado = Resultado()
        self.equipos = [
            Equipo(
                folder / f"equipo-{n}",
                Plan(n, semilla, self._chance.uniform(-DAY_S, DAY_S), REGISTROS[n]),
            )
            for n in range(cuantos)
        ]
        parts = urlsplit(servidor.direccion)
        address = (parts.hostname or "", parts.port or 0)
        self._proxies = [Proxy(address, f"{semilla}-{n}") for n in range(cuantos)]

    def run(self) -> Resultado:
        try:
            self._begin()
            start = time.monotonic()
            self._trouble()
            self.resultado.segundos = time.monotonic() - start
            self._quiet()
            self._judge()
        finally:
            for equipo in self.equipos:
                equipo.stop()
            for proxy in self._proxies:
                proxy.__exit__()
        return self.resultado

    def _begin(self) -> None:
        give_certificates([one.folder for one in self.equipos])
        first, *others = self.equipos
        for equipo in self.equipos:
            equipo.start()
        for equipo in self.equipos:
            equipo.ready()
        first.ask("empezar")
        direct, suffix = self._server.direccion, f"{time.time_ns():x}"
        cuenta = f"e0-{suffix}"
        oficina = self._server.office({cuenta: "responsable"})
        password = self._server.passwords[cuenta]
        first.ask("crear", direccion=direct, cuenta=cuenta, contrasena=password, oficina=oficina)
        first.ask("ronda")
        for n, equipo in enumerate(others, 1):
            cuenta = f"e{n}-{suffix}"
            archivo = str(equipo.folder / "invitacion")
            password = self._server.account(cuenta)
            told = first.ask("invitar", cuenta=cuenta, contrasena=password, archivo=archivo)
            equipo.order("unirse", archivo=archivo, codigo=told["codigo"])
        for equipo in others:
            equipo.answer()
        for equipo, proxy in zip(self.equipos, self._proxies, strict=True):
            equipo.ask("mudar", direccion=f"http://127.0.0.1:{proxy.puerto}/v1")

    def _trouble(self) -> None:
        for proxy in self._proxies:
            proxy.activo = True
        for equipo in self.equipos:
            equipo.ask("correr")
        for pause, who in self._deaths():
            time.sleep(pause)
            self._kill(who)
        for proxy in self._proxies:
            proxy.activo = False
            self.resultado.fallas += proxy.fallas
            self.resultado.peticiones += proxy.peticiones
        for equipo in self.equipos:
            equipo.order("parar")
        for equipo in self.equipos:
            self._stopped(equipo.answer())

    def _deaths(self) -> Iterator[tuple[float, str]]:
        """When and who, by the seed; each kind at least once."""
        count = max(6, int(self._seconds / 5))
        kinds = [WORKER, DESKTOP, DESKTOP, DATABASE, WORKER, DESKTOP]
        moments = sorted(self._chance.uniform(1, self._seconds) for _ in range(count))
        start = time.monotonic()
        for at, moment in enumerate(moments):
            yield max(0.0, moment - (time.monotonic() - start)), kinds[at % len(kinds)]
        time.sleep(max(0.0, self._seconds - (time.monotonic() - start)))

    def _kill(self, who: str) -> None:
        self.resultado.muertes[who] += 1
        if who == WORKER:
            self._server.kill_worker()
        elif who == DATABASE:
            assert self._server.postgres is not None
            self._server.postgres.kill()
            time.sleep(self._chance.uniform(0, 1.5))
            self._server.postgres.start()
        else:
            equipo = self._chance.choice(self.equipos)
            equipo.kill()
            equipo.start()
            equipo.ready()
            equipo.ask("correr")

    def _stopped(self, told: dict[str, Any]) -> None:
        self.resultado.rondas += told["rondas"]
        self.resultado.motivos.update(told["motivos"])
        self.resultado.rotos += told["fallas"]
        assert not told["vivos"], "a desktop does not stop"

    def _quiet(self) -> None:
        """Rounds without trouble until nobody has anything to say any more."""
        time.sleep(REPEATED_S)  # what is still on its way may arrive
        still = 0
        for number in range(QUIET_ROUNDS):
            self.resultado.rondas_quietas = number + 1
            told = [equipo.ask("ronda") for equipo in self.equipos]
            moved = sum(one["enviados"] + one["recibidos"] for one in told)
            self.resultado.esperan = sum(one["esperan"] for one in told)
            self.resultado.apartados = [each for one in told for each in one["apartados"]]
            self.resultado.motivos.update(one["motivo"] for one in told if one["motivo"])
            self.resultado.detenidos = [one["motivo"] for one in told if one["detenida"]]
            waits = self.resultado.esperan and not self.resultado.detenidos
            still = still + 1 if not moved and not waits else 0
            if still == 2:
                return

    def _judge(self) -> None:
        replicas = []
        for equipo in self.equipos:
            path = equipo.folder / "vuelco.json"
            equipo.ask("volcar", archivo=str(path))
            replicas.append(json.loads(path.read_text("utf-8")))
        for number, replica in enumerate(replicas[1:], 1):
            different = vuelco.differences(replicas[0], replica)
            if different:
                self.resultado.diferencias[number] = different
        acts, others = [], []
        for equipo in self.equipos:
            mine, told = diario.read(equipo.folder / "diario.jsonl", equipo.plan.equipo)
            acts += mine
            others += told
        seen = [line for line in others if line["f"] == diario.VISTO]
        self.resultado.rotos += [line["error"] for line in others if line["f"] == diario.FALLA]
        self.resultado.veredicto = oraculo.judge(acts, seen, replicas[0])
