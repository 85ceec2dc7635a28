"""The same office in one process, over a server in memory: a seed gives the same run each time.

Nothing here is as hard as the real server and real deaths (`caos.py`), but a hundred seeds take
as long as one of those runs, and what fails can be looked at step by step.
"""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring
from icsoe_desktop.gateways.kinto.errors import NoConnectionError, SyncServerError
from icsoe_desktop.gateways.kinto.values import JsonObject, RecordWrite, WriteAnswer
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import (
    ClaseConflicto,
    Conexion,
    Eleccion,
)
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from resources.servidor.oficinas import DATOS
from tests.caos import diario, oraculo, vuelco
from tests.caos.diario import Diario
from tests.caos.ediciones import RFC_MORAL, Ediciones, Lugar
from tests.caos.oraculo import Veredicto
from tests.caos.primeros_pasos import REGISTROS, first_steps, register_user
from tests.caos.vuelco import Vuelco
from tests.services.sincronizacion.equipos import make_key
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.support.servicios import with_services

START = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
QUIET_ROUNDS = 25
SECONDS_A_REQUEST = 2
QUIET = NoProgress()


class Muerte(BaseException):
    """As a kill -9 would, it ends a round wherever it stands."""


@dataclass
class Equipo:
    numero: int
    folder: Path
    app: Application
    sync: SincronizacionService
    sesion: Sesion
    ediciones: Ediciones | None = None

    @property
    def copy(self) -> Path:
        return self.folder.with_name(f"copia-{self.numero}")


def _last(equipo: Equipo) -> int:
    return max((line["n"] for line in diario.lines(equipo.folder / "diario.jsonl")), default=0)


@dataclass
class Resultado:
    veredicto: Veredicto
    diferencias: dict[int, list[str]] = field(default_factory=dict)
    apartados: list[Any] = field(default_factory=list)
    esperan: int = 0
    elegidos: bool = False  # a person chose between two records of one thing
    rotos: list[str] = field(default_factory=list)

    @property
    def faltas(self) -> list[str]:
        """All that is wrong, in sentences."""
        return [
            *self.veredicto.perdidas,
            *self.veredicto.vueltos,
            *(f"réplica {n}: {one}" for n, each in self.diferencias.items() for one in each),
            *(f"apartado: {one}" for one in self.apartados),
            *([f"esperan {self.esperan}"] if self.esperan else []),
            *(line for one in self.rotos for line in one.splitlines()[-1:]),
        ]


class Simulacion:
    def __init__(
        self,
        folder: Path,
        semilla: int,
        autoridades: list[Any],
        cuantos: int = 3,
        old_states: bool = False,
    ) -> None:
        """folder: with a folder `certificados-N` for each desktop.

        old_states: disks and the server go back, an administrator spoils records, keys change.
        """
        self.azar = random.Random(f"simulacion-{semilla}")  # noqa: S311 - no secret comes of it
        self.memoria = Memoria()
        self.memoria.cuentas = {f"e{n}": str(n) for n in range(cuantos)}
        self.memoria.papeles = dict.fromkeys(self.memoria.cuentas, RolOficina.MIEMBRO) | {
            "e0": RolOficina.RESPONSABLE
        }
        self._semilla = semilla
        self._personas = self.azar.choice([3, 8, 30])
        self._now = START
        self._autoridades = autoridades
        self._busy: set[int] = set()
        self._trouble = False
        self._old_states = old_states
        self.dudosos: dict[int, list[tuple[int, int]]] = {}
        self._photo: Callable[[], None] | None = None
        self._kept: list[tuple[str, str, JsonObject]] = []
        for n in range(cuantos):
            shutil.copytree(folder / f"certificados-{n}", folder / f"equipo-{n}")
        self.equipos = [self._open(folder / f"equipo-{n}", n) for n in range(cuantos)]

    def run(self, steps: int) -> Resultado:
        self._begin()
        self._trouble = True
        for _ in range(steps):
            self._step()
        self._trouble = False
        return self._judge(self._quiet())

    def close(self) -> None:
        for equipo in self.equipos:
            equipo.app.close()

    # -- one after the other

    def _open(self, here: Path, n: int) -> Equipo:
        shift = timedelta(seconds=self.azar.uniform(-86_400, 86_400))
        app = open_application(
            DataFolder(here), keyring=FileKeyring(here), clock=lambda: self._tick() + shift
        )
        ids = random.Random(f"ids-{self._semilla}-{n}")  # noqa: S311

        def new_id(after: uuid.UUID | None = None) -> uuid.UUID:
            head = int((self._now + shift).timestamp() * 1000) << 80 | 0x7 << 76
            return uuid.UUID(
                int=head | ids.getrandbits(12) << 64 | 0b10 << 62 | ids.getrandbits(62)
            )

        app.store.new_id = new_id  # type: ignore[method-assign]
        equipo = Equipo(n, here, app, self._service(app, n), register_user(app))
        equipo.app = with_services(app, _sincronizacion=lambda: equipo.sync)
        return equipo

    def _service(self, app: Application, n: int) -> SincronizacionService:
        def connect(conexion: Conexion) -> ServidorMemoria:
            return ServidorConFallas(
                self.memoria, conexion, lambda asked: self._meanwhile(n, asked)
            )

        return SincronizacionService(app.store, BitacoraService(app.store), connect, lambda *_: ())

    def _tick(self) -> datetime:
        self._now += timedelta(milliseconds=7)
        return self._now

    def _begin(self) -> None:
        first, *others = self.equipos
        first_steps(first.app, first.sesion, first.folder)
        first.sync.create(
            first.sesion,
            self.memoria.conexion("e0"),
            "Despacho",
            "Equipo 0",
            QUIET,
        )
        first.sync.sync(QUIET)
        for one in others:
            found = first.sync.miembros.invite(
                first.sesion, f"e{one.numero}", str(one.numero), RolOficina.MIEMBRO, QUIET
            )
            vista = one.sync.read_invitation(one.sesion, found.archivo, found.codigo)
            one.sync.join(one.sesion, vista, f"Equipo {one.numero}", QUIET)
            one.app.registros_patronales.add(
                one.sesion,
                registro_patronal=REGISTROS[one.numero],
                razon_social=f"Sucursal {one.numero}",
                rfc=RFC_MORAL,
            )
        for equipo in self.equipos:
            equipo.ediciones = self._editor(equipo)

    def _editor(self, equipo: Equipo) -> Ediciones:
        n, registro = equipo.numero, REGISTROS[equipo.numero]
        lugar = Lugar.at(n, equipo.app, self._autoridades, equipo.folder, equipo.sesion, registro)
        assert lugar is not None
        azar = random.Random(f"{self._semilla}-{equipo.numero}")  # noqa: S311
        editor = Ediciones(lugar, Diario(equipo.folder / "diario.jsonl"), azar, self._personas)
        editor.only(random.Random(f"clases-{self._semilla}"))  # noqa: S311
        return editor

    def _step(self) -> None:
        equipo = self.azar.choice(self.equipos)
        if self._old_states and self.azar.random() < 0.15:
            self.azar.choice(
                [self._copy, self._restore, self._take_photo, self._put_back, self._rotate,
                 self._spoil, self._spoil, self._spoil, self._spoil]
            )(equipo)  # fmt: skip
            return
        if self.azar.random() < 0.3:
            self._round(equipo)
        else:
            self._edit(equipo)

    def _edit(self, equipo: Equipo) -> None:
        assert equipo.ediciones is not None
        with suppress(UserFacingError):  # refused before anything was said to be done
            equipo.ediciones.one()

    def _round(self, equipo: Equipo) -> None:
        if equipo.numero in self._busy:
            return
        self._busy.add(equipo.numero)
        try:
            equipo.sync.sync(QUIET)
        except Muerte:
            equipo.sync = self._service(equipo.app, equipo.numero)
        finally:
            self._busy.discard(equipo.numero)

    def _meanwhile(self, n: int, asked: str) -> bool:
        """What happens as a desktop talks: to the answer, and at the other desktops.

        True when the answer is lost.
        """
        if not self._trouble:
            return False
        chance = self.azar.random()
        if chance < 0.008:
            raise NoConnectionError
        if chance < 0.02:
            raise Muerte
        if chance < 0.06:
            self._edit(self.equipos[n])
        elif chance < 0.09:
            other = self.azar.choice(self.equipos)
            self._edit(other)
            self._round(other)
        elif chance < 0.10 and self._old_states:
            self.azar.choice([self._take_photo, self._put_back])(self.equipos[n])
        return asked == "write" and self.azar.random() < 0.05

    # -- old states, and an administrator

    def _copy(self, equipo: Equipo) -> None:
        equipo.app.close()
        shutil.rmtree(equipo.copy, ignore_errors=True)
        shutil.copytree(equipo.folder, equipo.copy)
        self._again(equipo)

    def _restore(self, equipo: Equipo) -> None:
        """A disk is lost after the others had all of it, but perhaps its last edits."""
        if not equipo.copy.exists():
            return
        self._trouble = False
        for _ in range(3):
            for one in (equipo, *self.equipos):
                one.sync.sync(QUIET)
        self._trouble = True
        safe = _last(equipo)
        for _ in range(self.azar.choice([0, 0, 2])):
            self._edit(equipo)
            self._round(equipo)
        self.dudosos.setdefault(equipo.numero, []).append((safe, _last(equipo)))
        equipo.app.close()
        journal = (equipo.folder / "diario.jsonl").read_bytes()
        shutil.rmtree(equipo.folder)
        shutil.copytree(equipo.copy, equipo.folder)
        (equipo.folder / "diario.jsonl").write_bytes(journal)
        self._again(equipo)

    def _again(self, equipo: Equipo) -> None:
        """The program starts on the disk as it is."""
        found = self._open(equipo.folder, equipo.numero)
        equipo.sync = found.sync
        equipo.app = with_services(found.app, _sincronizacion=lambda: equipo.sync)
        equipo.ediciones = self._editor(equipo)

    def _take_photo(self, _: Equipo) -> None:
        self._photo = self.memoria.photo()

    def _put_back(self, _: Equipo) -> None:
        if self._photo is not None:
            self._photo()

    def _rotate(self, _: Equipo) -> None:
        sync = self.equipos[0].sync
        with self.equipos[0].app.store.read() as db:
            server = sync._oficina.connect(db)
        with suppress(UserFacingError, SyncServerError, Muerte):
            make_key(sync, server)

    def _spoil(self, _: Equipo) -> None:
        there = [
            (coleccion, name, datos)
            for coleccion in DATOS
            for name, datos in self.memoria.all(coleccion).items()
        ]
        if not there:
            return
        coleccion, name, datos = self.azar.choice(there)
        self._kept += self.azar.sample(there, min(len(there), 5))
        older = [one for one in self._kept if one[:2] == (coleccion, name)]
        match self.azar.randrange(3):
            case 0:
                self.memoria.put(coleccion, name, {"v": 1, "k": 1, "s": "no"})
            case 1:
                self.memoria.put(coleccion, name, self.azar.choice(older or [(0, 0, datos)])[2])
            case 2:
                self.memoria.delete(coleccion, name)

    # -- the end

    def _quiet(self) -> Resultado:
        found = Resultado(Veredicto())
        still = 0
        for _ in range(QUIET_ROUNDS):
            for equipo in self.equipos:  # a person says of much that was deleted that it was meant
                if any(one.por_decidir for one in equipo.sync.conflictos.set_aside(equipo.sesion)):
                    equipo.sync.conflictos.decide_deletions(equipo.sesion, apply=True)
            said = [equipo.sync.sync(QUIET) for equipo in self.equipos]
            found.esperan = sum(one.pendientes for one in said)
            moved = sum(one.enviados + one.recibidos for one in said)
            still = still + 1 if not moved and not found.esperan else 0
            if still == 1 and any(map(self._choose, self.equipos)):
                found.elegidos, still = True, 0
            if still == 2:
                break
        found.apartados = [
            one
            for equipo in self.equipos
            for one in equipo.sync.conflictos.set_aside(equipo.sesion)
        ]
        return found

    def _choose(self, equipo: Equipo) -> bool:
        """A person leaves what this desktop has, where two records are of one thing."""
        service = equipo.sync.conflictos
        found = [one for one in service.all(equipo.sesion) if one.clase is ClaseConflicto.CHOQUE]
        for one in found:
            with suppress(UserFacingError):
                service.resolve(equipo.sesion, one, Eleccion.VIGENTE)
        return bool(found)

    def _judge(self, found: Resultado) -> Resultado:
        replicas: list[Vuelco] = [vuelco.dump(equipo.app.store) for equipo in self.equipos]
        found.diferencias = vuelco.all_differences(replicas)
        acts, others = [], []
        for equipo in self.equipos:
            mine, told = diario.read(equipo.folder / "diario.jsonl", equipo.numero)
            ranges = self.dudosos.get(equipo.numero, [])
            acts += [diario.doubted(one, ranges) for one in mine]
            others += told
        seen = [line for line in others if line["f"] == diario.VISTO]
        found.rotos = [line["error"] for line in others if line["f"] == diario.FALLA]
        found.veredicto = oraculo.judge(acts, seen, replicas[0], found.elegidos)
        if self._old_states:
            found.veredicto.vueltos.clear()  # a disk from before may bring them back: 0028
        return found


class ServidorConFallas(ServidorMemoria):
    def __init__(
        self, memoria: Memoria, conexion: Conexion, meanwhile: Callable[[str], bool]
    ) -> None:
        super().__init__(memoria, conexion)
        self._meanwhile = meanwhile

    def _enter(self, asked: str) -> None:
        self._lost = self._meanwhile(asked)
        # Time goes by, so that a minute is less than a whole run.
        self._memoria.ahora_ms += SECONDS_A_REQUEST * 1000
        super()._enter(asked)

    def write(self, coleccion: str, escrituras: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        answers = super().write(coleccion, escrituras)
        if self._lost:
            raise NoConnectionError
        return answers


class AtOnce:
    """Instead of a pool of threads, so that every run of a seed is the same."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> AtOnce:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args))
        except Exception as error:  # noqa: BLE001 - whoever takes the result meets it
            done.set_exception(error)
        return done
