"""A rehearsed January: an office of two zones on the fourth, with the values of 2027 typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from icsoe_desktop.domain.valores_legales.valores import Concepto
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService
from icsoe_desktop.store.engine import Store
from tests.services.con_movimientos import write_archivo

SUR, NORTE = "Y6077636105", "A1234567895"
EL_CUATRO = datetime(2027, 1, 4, 15, 30, tzinfo=UTC)
FLOORS = {SUR: 330_57, NORTE: 462_60}  # of 2026, docs/fuentes.md §8
NEW_FLOORS = {SUR: 356_76, NORTE: 503_66}  # 340.00 and 480.00 by 1.0493
CAP_2026 = 2932_75


class Oficina(NamedTuple):
    """How many of each kind work there, of the total; the rest earn enough."""

    de_oficio: int
    bajo: int
    tope: int
    variables: int
    todos: int


PEQUENA = Oficina(4, 6, 2, 3, 30)
GRANDE = Oficina(200, 600, 40, 100, 3_000)


def altas(oficina: Oficina) -> Iterator[MovimientoLeido]:
    """A third in the north. Kinds in this order: de oficio, bajo, tope, variables, the rest."""
    for at, persona in enumerate(trabajadores(oficina.todos)):
        registro = NORTE if at % 3 == 2 else SUR
        fecha, sbc = date(2024, 3, 4), 900_00 + at % 500 * 100
        if at < oficina.de_oficio:
            fecha, sbc = date(2026, 5, 6), FLOORS[registro]
        elif at < oficina.de_oficio + oficina.bajo:
            sbc = FLOORS[registro] + 100 + at % 20
        elif at < oficina.de_oficio + oficina.bajo + oficina.tope:
            sbc = CAP_2026
        yield MovimientoLeido(
            at + 1, "08", registro, persona.nss, persona.primer_apellido,
            persona.segundo_apellido, persona.nombres, fecha, sbc, "1", "0", "0", "", "001",
            "01400", f"E{at}", persona.curp, (),
        )  # fmt: skip


def variable_pay(oficina: Oficina, folder: Path) -> Path:
    """A sheet of an office: who earned commissions in November and December."""
    first = oficina.de_oficio + oficina.bajo + oficina.tope
    people = list(altas(oficina))[first : first + oficina.variables]
    lines = ["NSS,Percepciones variables,Días devengados"]
    lines += [f"{one.nss},6100.00,61" for one in people]
    path = folder / "comisiones.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def open_office(
    oficina: Oficina,
    store: Store,
    sesion: Sesion,
    importacion: ImportacionMovimientosService,
    folder: Path,
) -> None:
    """Register both employers, approve the altas, and type the values of 2027."""
    bitacora = BitacoraService(store)
    for registro, zona in ((SUR, "general"), (NORTE, "frontera")):
        RegistrosPatronalesService(store, bitacora).add(
            sesion, registro_patronal=registro, razon_social=zona, rfc="EKU9003173C9", zona=zona
        )
    path = write_archivo(folder / "altas.txt", *altas(oficina))
    preview = importacion.preview(sesion, [path], NoProgress())
    importacion.apply(sesion, preview, Decision(), NoProgress())
    importacion.discard(preview)
    approve(store)
    type_values(store, sesion)


def approve(store: Store) -> None:
    """Let the IMSS approve all that is there."""
    with store.write() as db:
        db.execute(text("UPDATE movimientos SET estado = 5, recibido = fecha, aprobado = fecha"))


def type_values(store: Store, sesion: Sesion) -> None:
    valores = ValoresLegalesService(store, BitacoraService(store))
    save: Callable[..., object] = valores.save
    for concepto, desde, importe in (
        (Concepto.GENERAL, date(2027, 1, 1), "340.00"),
        (Concepto.FRONTERA, date(2027, 1, 1), "480.00"),
        (Concepto.UMA, date(2027, 2, 1), "122.00"),
    ):
        save(sesion, concepto=concepto, desde=desde, importe=importe, fuente="inventado")
