"""Fills an empty store with sample data through the normal services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, update

from icsoe_desktop.domain import dispmag
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.ejemplo.personas import (
    DOMINIO,
    Trabajador,
    capturistas,
    rfc,
    trabajadores,
)
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo, DatosCapturista, Estatus
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso
from icsoe_desktop.gateways.certificados.ejemplo import SampleAuthority, SampleCertificate
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.services.acceso.contrasenas import hash_password
from icsoe_desktop.services.acceso.usuarios import UsuarioNuevo
from icsoe_desktop.services.acceso.valores import EfirmaElegida
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.service import CertificadoElegido
from icsoe_desktop.services.ejemplo import guion
from icsoe_desktop.services.ejemplo.archivos import (
    write_acuse,
    write_capturistas,
    write_movements,
)
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.lotes.valores import OpcionesLote
from icsoe_desktop.services.movimientos.filas import NUMERO_DE
from icsoe_desktop.services.movimientos.valores import TODOS, MovimientoFila, OrdenMovimientos
from icsoe_desktop.store.tables import ActivacionRow, MovimientoRow, PersonaRow, RelacionRow

FORTNIGHT_DAYS = 14
CONTRATISTA = "contratista@" + DOMINIO
REJECTION = ("EJEMPLO", "EL NSS NO CORRESPONDE AL NOMBRE (RECHAZO DE EJEMPLO)")
STEPS = 7


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
    gente = _Gente(
        people[: guion.TRABAJADORES],
        people[guion.TRABAJADORES : -1],
        people[-1],
    )

    def step(number: int, what: str) -> None:
        report(number, STEPS, f"Preparando {what}")

    carpeta.mkdir(mode=0o700, parents=True, exist_ok=True)
    step(0, "usuarios")
    sesion = _users(application)
    step(1, "certificados")
    efirma = _company(application, sesion, autoridad, gente, carpeta, now)
    step(2, "movimientos")
    _import_movements(application, sesion, gente, carpeta, hoy)
    step(3, "lotes")
    _send_lotes(application, sesion, hoy)
    step(4, "contratista")
    contratista = _contratista(application, efirma, carpeta, hoy)
    step(5, "capturistas")
    _capturistas(application, contratista, carpeta)
    step(6, "archivos")
    write_movements(carpeta, guion.por_importar(gente.nuevos, hoy))
    report(STEPS, STEPS)


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
    desde = now - timedelta(hours=1)

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


def _import_movements(
    application: Application, sesion: Sesion, gente: _Gente, carpeta: Path, hoy: date
) -> None:
    path = carpeta / "movimientos_importados.txt"
    path.write_bytes(dispmag.write(guion.historia(gente.trabajadores, hoy), allow_mixed=True))
    service = application.importacion_movimientos
    preview = service.preview(sesion, [path], NoProgress())
    try:
        service.apply(sesion, preview, Decision(), NoProgress())
    finally:
        service.discard(preview)


def _send_lotes(application: Application, sesion: Sesion, hoy: date) -> None:
    """One lote per fortnight, registro patronal and type. The newest have different states."""
    lotes = application.lotes
    groups: dict[tuple[date, str, str], list[MovimientoFila]] = {}
    for fila in _all_rows(application, sesion):
        days = (hoy - fila.fecha).days // FORTNIGHT_DAYS
        start = hoy - timedelta(days=(days + 1) * FORTNIGHT_DAYS)
        groups.setdefault((start, fila.registro_patronal, fila.tipo.value), []).append(fila)
    ordered = [groups[key] for key in sorted(groups)]
    for at, filas in enumerate(ordered[:-2]):
        newest = len(ordered) - 3 - at
        plan = lotes.plan(sesion, [fila.id for fila in filas], OpcionesLote(), NoProgress())
        (lote,) = lotes.generate(sesion, plan)
        if newest == 0:
            continue
        if newest == 1:
            lotes.cancel(sesion, lote.id)
            continue
        fecha = min(max(fila.fecha for fila in filas) + timedelta(days=1), hoy)
        lotes.mark_sent(sesion, lote.id, fecha)
        if newest == 2:
            continue
        lotes.mark_received(sesion, lote.id, fecha, f"{at + 1:09}", f"{at + 1:019}")
        if newest == 3:
            continue
        if at == 1:
            lotes.mark_rejected(sesion, lote.id, fecha, *REJECTION)
        else:
            lotes.mark_approved(sesion, lote.id, fecha)
    # No window cancels a single movement. Synchronisation can bring one in this state.
    with application.store.write() as db:
        db.execute(
            update(MovimientoRow)
            .where(MovimientoRow.id == ordered[-2][0].id)
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
    service.save_domicilio_igual(sesion)
    acuse = carpeta / "acuse_repse_ejemplo.pdf"
    write_acuse(acuse)
    application.acuses.save(sesion, acuse, hoy - timedelta(days=300))
    return sesion


def _capturistas(application: Application, contratista: Sesion, carpeta: Path) -> None:
    people = list(capturistas(guion.CAPTURISTAS + guion.POR_IMPORTAR))
    service = application.capturistas
    hashed = hash_password(guion.CONTRASENA)
    for at, one in enumerate(people[: guion.CAPTURISTAS]):
        row = service.register(contratista, _typed(one)).capturista
        # In turns, so that every state occurs.
        estatus = tuple(Estatus)[at % len(Estatus)]
        if estatus is Estatus.REGISTRADA:
            continue
        with application.store.write() as db:
            relacion = db.get_one(RelacionRow, row.id)
            persona = db.get_one(PersonaRow, relacion.persona_id)
            now = application.store.clock()
            persona.contrasena_hash, persona.contrasena_creada = hashed, now
            persona.correo = one.correo
            relacion.estatus, relacion.confirmada = Estatus.ACTIVA, now
            db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id == relacion.id))
        if estatus is Estatus.BAJA:
            service.baja(contratista, row.id)
    write_capturistas(carpeta, people[guion.CAPTURISTAS :])


def _typed(datos: DatosCapturista) -> CapturistaNuevo:
    return CapturistaNuevo(**asdict(datos), confirmacion=datos.correo)
