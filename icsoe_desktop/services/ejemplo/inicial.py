"""Fills an empty store with sample data through the normal services."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import delete, update

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO, fecha_local
from icsoe_desktop.domain.ejemplo.personas import (
    DOMINIO,
    Trabajador,
    capturistas,
    rfc,
    trabajadores,
)
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo, Estatus
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, Movimiento
from icsoe_desktop.gateways.certificados.ejemplo import SampleAuthority, SampleCertificate
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.services.acceso.contrasenas import hash_password
from icsoe_desktop.services.acceso.usuarios import UsuarioNuevo
from icsoe_desktop.services.acceso.valores import EfirmaElegida
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.services.ejemplo import guion
from icsoe_desktop.services.ejemplo.confronta import write_month
from icsoe_desktop.services.ejemplo.informativa import begin_informativa
from icsoe_desktop.services.ejemplo.papel import (
    print_acuse,
    print_constancia,
    write_capturistas,
    write_movements,
)
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.lotes.valores import Lote, OpcionesLote
from icsoe_desktop.services.movimientos.filas import NUMERO_DE
from icsoe_desktop.services.movimientos.valores import TODOS, MovimientoFila, OrdenMovimientos
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ActivacionRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.movimientos import MovimientoRow

FORTNIGHT_DAYS = 14
CONSTANCIA = "constancia_anotada.pdf"
CONTRATISTA = "contratista@" + DOMINIO
REJECTION = ("EJEMPLO", "EL NSS NO CORRESPONDE AL NOMBRE (RECHAZO DE EJEMPLO)")
STEPS = 6


@dataclass(frozen=True)
class _Gente:
    """The invented people of the sample."""

    trabajadores: Sequence[Trabajador]
    nuevos: Sequence[Trabajador]
    representante: Trabajador

    @property
    def rfc_representante(self) -> str:
        curp = self.representante.curp
        return rfc(curp[:4], curp[4:10], "V7")


def fill_sample(
    application: Application,
    autoridad: SampleAuthority,
    carpeta: Path,
    progress: Progress | None = None,
) -> None:
    """Create a user, a company with three registros patronales, and their work of four months.

    carpeta: folder for files that people may choose in the windows. Takes a few seconds.
    Raises Cancelled.
    """
    report = (progress or NoProgress()).report
    now = application.store.clock()
    hoy = fecha_local(now)
    people = trabajadores(guion.TRABAJADORES + guion.POR_IMPORTAR + 1)
    end = guion.TRABAJADORES
    gente = _Gente(people[:end], people[end:-1], people[-1])

    def step(number: int, what: str) -> None:
        report(number, STEPS, f"Preparando {what}")

    carpeta.mkdir(mode=0o700, parents=True, exist_ok=True)
    calendar = _Calendar(application.store, now)
    inicio = now - timedelta(days=guion.DIAS + 5)
    step(0, "usuarios")
    with calendar.at(inicio):
        sesion = _users(application)
    step(1, "certificados")
    with calendar.at(inicio + timedelta(minutes=25)):
        efirma = _company(application, sesion, autoridad, gente, carpeta, now)
    with calendar.at(inicio + timedelta(minutes=50)):
        contratista = _contratista(application, efirma, carpeta, hoy)
    step(2, "movimientos")
    batches = _batches(guion.historia(gente.trabajadores, hoy), hoy)
    step(3, "lotes")
    _Office(application, sesion, carpeta, calendar).work(batches)
    step(4, "capturistas y contratos")
    _capturistas(application, contratista, carpeta, calendar)
    with calendar.at(now):
        begin_informativa(application, contratista, hoy)
    step(5, "archivos")
    write_movements(carpeta, guion.por_importar(gente.nuevos, hoy))
    write_month(carpeta, gente.trabajadores, hoy)
    report(STEPS, STEPS)


class _Calendar:
    """Sets the clock of the store, so that the work of months has its own days and hours."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self.now = now
        self._last = datetime.min.replace(tzinfo=now.tzinfo)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[datetime]:
        """moment: moved on if it is not after the one before. The clock stands in the block."""
        moment = max(moment, self._last + timedelta(minutes=1))
        self._last = moment
        former, self._store.clock = self._store.clock, lambda: moment
        try:
            yield moment
        finally:
            self._store.clock = former


def _users(application: Application) -> Sesion:
    def nuevo(nombres: str, apellido: str, correo: str) -> UsuarioNuevo:
        return UsuarioNuevo(
            nombres=nombres,
            primer_apellido=apellido,
            segundo_apellido="Ejemplo",
            correo=correo,
            contrasena=guion.CONTRASENA,
            confirmacion=guion.CONTRASENA,
            acepta_aviso=True,
        )

    usuarios = application.usuarios
    sesion = usuarios.register(None, nuevo("Usuaria", "Inventada", guion.CORREO)).sesion
    usuarios.confirm_code(sesion)  # a sample needs none
    other = usuarios.register(sesion, nuevo("Usuario", "Anterior", f"anterior@{DOMINIO}"))
    usuarios.disable(sesion, other.usuario.id)
    return sesion


def _company(
    application: Application,
    sesion: Sesion,
    autoridad: SampleAuthority,
    gente: _Gente,
    carpeta: Path,
    now: datetime,
) -> tuple[Path, Path]:
    """The .cer and the .key of the company's e.firma.

    The second registro patronal has one that ends soon, the third a .pfx of the IMSS.
    """
    pair = f"{guion.RFC_EMPRESA} / {gente.rfc_representante}"
    desde = now - timedelta(days=guion.DIAS + 30)

    def efirma(name: str, days: int) -> tuple[Path, Path]:
        made = autoridad.efirma(
            guion.EMPRESA,
            pair,
            f" / {gente.representante.curp}",
            CONTRATISTA,
            guion.CONTRASENA,
            (desde, now + timedelta(days=days)),
        )
        cer, key = carpeta / f"{name}.cer", carpeta / f"{name}.key"
        cer.write_bytes(made.certificado)
        key.write_bytes(made.llave)
        return cer, key

    cer, key = efirma("efirma_ejemplo", 900)

    def imss(registro: str, days: int) -> SampleCertificate:
        return autoridad.imss(
            guion.EMPRESA,
            registro,
            guion.USUARIO_IMSS,
            gente.representante.curp,
            CONTRATISTA,
            guion.CONTRASENA,
            (desde, now + timedelta(days=days)),
        )

    for at, registro in enumerate(guion.REGISTROS):
        row = application.registros_patronales.add(
            sesion, registro_patronal=registro, razon_social=guion.EMPRESA, rfc=guion.RFC_EMPRESA
        )
        files: tuple[Path, Path | None] = (cer, key)
        if at == 1:
            files = efirma("efirma_por_vencer", 20)
        usuario = guion.RFC_EMPRESA
        if at == 2:
            pfx = carpeta / f"imss_{registro}.pfx"
            pfx.write_bytes(imss(registro, 500).certificado)
            files, usuario = (pfx, None), guion.USUARIO_IMSS
        application.certificados.save(
            sesion,
            CertificadoElegido(row.id, *files, usuario=usuario, contrasena=guion.CONTRASENA),
        )
    return cer, key


def _batches(historia: Sequence[Movimiento], hoy: date) -> list[list[Movimiento]]:
    """One batch per fortnight, registro patronal and type, in the order of their last days."""
    groups: dict[tuple[int, str, str], list[Movimiento]] = {}
    for one in historia:
        fortnight = (hoy - one.fecha).days // FORTNIGHT_DAYS
        groups.setdefault((fortnight, one.registro_patronal, one.tipo.value), []).append(one)
    return [
        groups[key]
        for key in sorted(groups, key=lambda key: (max(one.fecha for one in groups[key]), key))
    ]


class _Office:
    """Imports each batch and sends it as a lote. The newest lotes have different states."""

    def __init__(
        self, application: Application, sesion: Sesion, carpeta: Path, calendar: _Calendar
    ) -> None:
        self._application = application
        self._sesion = sesion
        self._carpeta = carpeta
        self._calendar = calendar
        self._minutes = random.Random(guion.SEMILLA)  # noqa: S311 - not a secret

    def work(self, batches: Sequence[Sequence[Movimiento]]) -> None:
        for at, batch in enumerate(batches):
            newest = len(batches) - 3 - at
            moment = self._hour_of(batch, left=len(batches) - at)
            with self._calendar.at(moment):
                filas = self._import(batch)
            if newest >= 0:
                self._send(at, filas, newest, moment + timedelta(minutes=3))
            elif newest == -1:
                self._cancel_one(filas[0])

    def _hour_of(self, batch: Sequence[Movimiento], left: int) -> datetime:
        """During office hours of the day after the last movement, and before now.

        left: batches from this one to the last.
        """
        day = max(one.fecha for one in batch) + timedelta(days=1)
        minutes = self._minutes.randrange(9 * 60, 17 * 60)
        planned = datetime.combine(day, time(minutes // 60, minutes % 60), HORA_DE_MEXICO)
        return min(planned.astimezone(UTC), self._calendar.now - timedelta(minutes=41 * left))

    def _import(self, batch: Sequence[Movimiento]) -> list[MovimientoFila]:
        kind = {"08": "altas", "07": "modificaciones", "02": "bajas"}[batch[0].tipo.value]
        day = max(one.fecha for one in batch)
        path = self._carpeta / f"{kind}_{day:%Y%m%d}.txt"
        path.write_bytes(dispmag.write(batch))
        service = self._application.importacion_movimientos
        preview = service.preview(self._sesion, [path], NoProgress())
        try:
            service.apply(self._sesion, preview, Decision(), NoProgress())
        finally:
            service.discard(preview)
        path.unlink()
        wanted = {(one.nss, one.tipo, one.fecha) for one in batch}
        return [
            fila
            for fila in _all_rows(self._application, self._sesion)
            if (fila.nss, fila.tipo, fila.fecha) in wanted
        ]

    def _send(
        self, at: int, filas: Sequence[MovimientoFila], newest: int, moment: datetime
    ) -> None:
        lotes, sesion, calendar = self._application.lotes, self._sesion, self._calendar
        with calendar.at(moment):
            plan = lotes.plan(sesion, [fila.id for fila in filas], OpcionesLote(), NoProgress())
            (lote,) = lotes.generate(sesion, plan)
        if newest == 0:
            return
        minutes = self._minutes.randrange(4, 9)
        with calendar.at(moment + timedelta(minutes=minutes)) as sent:
            if newest == 1:
                lotes.cancel(sesion, lote.id)
                return
            fecha = fecha_local(sent)
            lotes.mark_sent(sesion, lote.id, fecha)
        if newest == 2:
            return
        with calendar.at(sent + timedelta(minutes=minutes)) as received:
            # As long as the IMSS's numbers.
            numero, folio = f"{730_114_000 + at * 37:09}", f"{7_301_140_000_000 + at * 53:019}"
            lote = lotes.mark_received(sesion, lote.id, fecha, numero, folio)
        with calendar.at(received + timedelta(minutes=minutes)):
            recibido = received.astimezone(HORA_DE_MEXICO).replace(tzinfo=None)
            self._answer(at, lote, filas, newest, recibido)

    def _answer(
        self,
        at: int,
        lote: Lote,
        filas: Sequence[MovimientoFila],
        newest: int,
        recibido: datetime,
    ) -> None:
        """newest: 3 waits for its constancia, which lies ready; 4 has it."""
        lotes, sesion = self._application.lotes, self._sesion
        if newest in (3, 4):
            path = self._carpeta / ("constancia_por_anotar.pdf" if newest == 3 else CONSTANCIA)
            path.write_bytes(
                print_constancia(
                    lote, filas, recibido, rfc=guion.RFC_EMPRESA, empresa=guion.EMPRESA
                )
            )
            if newest == 4:
                service = self._application.constancias
                service.apply(sesion, service.preview(sesion, path, NoProgress()), NoProgress())
        elif at == 1:
            lotes.mark_rejected(sesion, lote.id, recibido.date(), *REJECTION)
        else:
            lotes.mark_approved(sesion, lote.id, recibido.date())

    def _cancel_one(self, fila: MovimientoFila) -> None:
        """No window cancels a single movement. Synchronisation can bring one in this state."""
        with self._application.store.write() as db:
            db.execute(
                update(MovimientoRow)
                .where(MovimientoRow.id == fila.id)
                .values(estado=NUMERO_DE[EstadoAviso.CANCELADO])
            )


def _all_rows(application: Application, sesion: Sesion) -> list[MovimientoFila]:
    vista = application.movimientos.prepare(sesion, TODOS, OrdenMovimientos(), NoProgress())
    try:
        rows = application.movimientos.rows(vista, 0, vista.count)
        return [row for row in rows if row is not None]
    finally:
        application.movimientos.release(vista)


def _contratista(
    application: Application, efirma: tuple[Path, Path], carpeta: Path, hoy: date
) -> Sesion:
    elegida = EfirmaElegida(guion.RFC_EMPRESA, guion.CONTRASENA, *efirma)
    sesion = application.acceso_icsoe.enter(application.acceso_icsoe.verify(elegida)).sesion
    service = application.contratistas
    service.accept_terminos(sesion, TERMINOS_VERSION)
    service.save_generales(sesion, correo=CONTRATISTA, celular="5500000000")
    service.save_domicilio(sesion, None)
    acuse = carpeta / "acuse_repse_ejemplo.pdf"
    acuse.write_bytes(print_acuse())
    application.acuses.save(sesion, acuse, hoy - timedelta(days=300))
    return sesion


def _capturistas(
    application: Application, contratista: Sesion, carpeta: Path, calendar: _Calendar
) -> None:
    people = list(capturistas(guion.CAPTURISTAS + guion.POR_IMPORTAR))
    service = application.capturistas
    hashed = hash_password(guion.CONTRASENA)
    for at, one in enumerate(people[: guion.CAPTURISTAS]):
        # In turns, so that every state occurs.
        estatus = tuple(Estatus)[at % len(Estatus)]
        with calendar.at(calendar.now - timedelta(minutes=3 * (guion.CAPTURISTAS - at))):
            typed = CapturistaNuevo(**asdict(one), confirmacion=one.correo)
            row = service.register(contratista, typed).capturista
            if estatus is not Estatus.REGISTRADA:
                _activate(application, row.id, one.correo, hashed)
            if estatus is Estatus.BAJA:
                service.baja(contratista, row.id)
    write_capturistas(carpeta, people[guion.CAPTURISTAS :])


def _activate(
    application: Application, relacion_id: uuid.UUID, correo: str, contrasena_hash: str
) -> None:
    """As if the person had followed the link of the mail."""
    with application.store.write() as db:
        relacion = db.get_one(RelacionRow, relacion_id)
        persona = db.get_one(PersonaRow, relacion.persona_id)
        now = application.store.clock()
        persona.contrasena_hash, persona.contrasena_creada = contrasena_hash, now
        persona.correo = correo
        relacion.estatus, relacion.confirmada = Estatus.ACTIVA, now
        db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id == relacion.id))
