"""`icsoe-desktop movimientos`: imports, exports and prepares movements without windows."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from icsoe_desktop.cli.answer import CommandAnswer, CommandError, ErrorCode
from icsoe_desktop.cli.command import add_command, add_group, day_argument, require_xlsx
from icsoe_desktop.cli.constancias import are_constancias, importar_constancias
from icsoe_desktop.cli.datos import add_entrance, add_formato, as_user, chosen_formato, for_looking
from icsoe_desktop.cli.revisar import add_review
from icsoe_desktop.cli.salarios import add_salary_changes
from icsoe_desktop.cli.sua import add_export_for_sua
from icsoe_desktop.domain.texto import counted

if TYPE_CHECKING:
    from icsoe_desktop.domain.acceso.sesion import Sesion
    from icsoe_desktop.services.application import Application
    from icsoe_desktop.services.importacion.valores import (
        ProblemaImportacion,
        VistaPreviaMovimientos,
    )
    from icsoe_desktop.services.lotes.valores import PlanLote
    from icsoe_desktop.services.movimientos.valores import FiltroMovimientos

AT_ONCE = 2_000
SHOWN_PROBLEMS = 100
ESTADOS = (
    "Pendiente", "En archivo", "Enviado", "Cancelado", "Recibido", "Rechazado", "Aprobado"
)  # fmt: skip
TIPOS = ("08", "07", "02")

THERE_ALREADY = "El archivo «{}» ya existe. No se cambió nada. Elija otro nombre."
NONE_PENDING = "No hay movimientos pendientes así. No se generó ningún archivo."
SEVERAL = "Los movimientos no caben en un solo archivo: {}. Use la ventana."
NOT_SAVED = (
    "El archivo «{}» no se pudo guardar. El lote se canceló y sus movimientos siguen pendientes. "
    "Revise la carpeta."
)
WITH_ERRORS = "Hay renglones con errores: no se importó nada. Use --solo-buenos."
ODD = (
    "Hay cambios o advertencias. No se generó ningún archivo. Revíselos y agregue "
    "--aceptar-avisos si así está bien."
)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of `movimientos`."""
    actions = add_group(
        subparsers,
        "movimientos",
        help="movimientos afiliatorios: revisar, importar, exportar, generar el archivo",
        description="Movimientos afiliatorios del IMSS.",
    )
    add_review(actions)
    importar = add_command(
        actions,
        "movimientos importar",
        importar_movimientos,
        help="importar archivos de 168 posiciones, Excel o CSV, o la constancia en PDF",
        description=(
            "Importa movimientos: todos o ninguno. Los renglones con errores la impiden si no se "
            "indica --solo-buenos; los duplicados se omiten. Una constancia en PDF anota lo que "
            "respondió el IMSS; se importa sin otros archivos. Termina con 0 si se importó, con 1 "
            "si no y con 2 si la orden está mal escrita."
        ),
        example="movimientos importar altas.txt --simular --json --usuario nomina@ejemplo.mx",
    )
    importar.add_argument(
        "archivos", type=Path, nargs="+", metavar="ARCHIVO", help="archivos que se importan"
    )
    importar.add_argument(
        "--simular", action="store_true", help="decir qué se importaría, sin importar"
    )
    importar.add_argument(
        "--solo-buenos", action="store_true", help="omitir los renglones con errores"
    )
    importar.add_argument(
        "--con-duplicados", action="store_true", help="importar también los duplicados"
    )
    add_formato(importar)

    exportar = add_command(
        actions,
        "movimientos exportar",
        exportar_movimientos,
        help="guardar los movimientos en un libro de Excel",
        description=(
            "Guarda los movimientos en un libro de Excel. No necesita usuario. Termina con 0 si se "
            "guardó, con 1 si no y con 2 si la orden está mal escrita."
        ),
        example="movimientos exportar pendientes.xlsx --estado Pendiente --desde 2026-11-01",
    )
    exportar.add_argument("salida", type=Path, metavar="SALIDA.xlsx", help="libro que se guarda")
    exportar.add_argument("--estado", choices=ESTADOS, help="sólo los de este estado")

    generar = add_command(
        actions,
        "movimientos generar",
        generar_archivo,
        help="generar el archivo de 168 posiciones con los movimientos pendientes",
        description=(
            "Genera el archivo que se sube a IDSE, con los movimientos pendientes de un registro "
            "patronal y un tipo, y lo guarda como lote. Termina con 0 si se generó, con 1 si no y "
            "con 2 si la orden está mal escrita."
        ),
        example="movimientos generar altas.txt --registro-patronal Y1234567890 --tipo 08 "
        "--usuario nomina@ejemplo.mx",
    )
    generar.add_argument("salida", type=Path, metavar="SALIDA.txt", help="archivo que se guarda")
    generar.add_argument(
        "--enie", choices=("#", "N"), default="#", help="cómo se escribe la Ñ (de fábrica, #)"
    )
    generar.add_argument(
        "--guia", default="", metavar="NÚMERO", help="guía de los movimientos que no la tienen"
    )
    generar.add_argument(
        "--aceptar-avisos",
        action="store_true",
        help="generar aunque haya letras cambiadas, nombres recortados o advertencias",
    )
    for command, needed in ((exportar, False), (generar, True)):
        command.add_argument(
            "--registro-patronal", metavar="RP", required=needed, help="de este registro patronal"
        )
        command.add_argument(
            "--tipo", choices=TIPOS, required=needed, help="08 alta, 07 modificación, 02 baja"
        )
        command.add_argument(
            "--desde", type=day_argument, metavar="FECHA", help="desde esta fecha, aaaa-mm-dd"
        )
        command.add_argument(
            "--hasta", type=day_argument, metavar="FECHA", help="hasta esta fecha, aaaa-mm-dd"
        )
    add_export_for_sua(actions)
    add_salary_changes(actions)
    add_entrance(importar, writes=True)
    add_entrance(exportar, writes=False)
    add_entrance(generar, writes=True)


def importar_movimientos(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.importacion.informe import problem_as_json
    from icsoe_desktop.services.importacion.valores import Decision, Indicaciones

    with as_user(args) as (application, sesion):
        if are_constancias(application, args):
            return importar_constancias(answer, application, sesion, args)
        service = application.importacion_movimientos
        formato = chosen_formato(application, sesion, args.columnas) if args.columnas else None
        vista = service.preview(sesion, args.archivos, NoProgress(), Indicaciones(formato))
        imported, refused = 0, vista.con_errores > 0 and not args.solo_buenos
        try:
            decision = Decision(args.con_duplicados, args.solo_buenos)
            if not refused and not args.simular:
                imported = service.apply(sesion, vista, decision, NoProgress()).importados
            answer.put(leidos=vista.leidos, importados=imported, duplicados=vista.duplicados)
            if answer.is_json:
                answer.stream("problemas", map(problem_as_json, _problems(application, vista)))
            else:
                _tell(answer, application, vista, imported, simulated=args.simular)
        finally:
            service.discard(vista)
        if refused:
            raise CommandError(ErrorCode.CON_PROBLEMAS, WITH_ERRORS)
    return 0


def exportar_movimientos(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.movimientos.valores import OrdenMovimientos

    require_xlsx(args.salida, "salida")
    with for_looking(args) as (application, sesion):
        written = application.movimientos.export(
            sesion, args.salida, _filtro(args), OrdenMovimientos(), NoProgress()
        )
    answer.put(guardados=written, ruta=str(args.salida))
    answer.say(_saved(written, args.salida))
    return 0


def generar_archivo(args: argparse.Namespace, answer: CommandAnswer) -> int:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.lotes.valores import OpcionesLote

    with as_user(args) as (application, sesion):
        if args.salida.exists():
            raise CommandError(ErrorCode.YA_EXISTE, THERE_ALREADY.format(args.salida))
        ids = list(_pending(application, sesion, args))
        if not ids:
            raise CommandError(ErrorCode.NADA_QUE_HACER, NONE_PENDING)
        # The command makes one file. The writer refuses movements that do not fit together.
        opciones = OpcionesLote(enie=args.enie, guia=args.guia)
        plan = application.lotes.plan(sesion, ids, opciones, NoProgress())
        _tell_avisos(answer, plan)
        if plan.fuera or (plan.avisos and not args.aceptar_avisos):
            raise CommandError(ErrorCode.CON_PROBLEMAS, ODD)
        if len(plan.archivos) != 1:
            guias = ", ".join(archivo.nombre_archivo for archivo in plan.archivos)
            raise CommandError(ErrorCode.RECHAZADO, SEVERAL.format(guias))
        (lote,) = application.lotes.generate(sesion, plan)
        try:
            with args.salida.open("xb") as file:
                file.write(application.lotes.content(sesion, lote.id))
        except OSError:
            application.lotes.cancel(sesion, lote.id)
            raise CommandError(
                ErrorCode.ARCHIVO_INACCESIBLE, NOT_SAVED.format(args.salida)
            ) from None
    answer.put(guardados=lote.movimientos, ruta=str(args.salida), sha256=lote.sha256)
    answer.say(_saved(lote.movimientos, args.salida))
    answer.say(f"SHA-256: {lote.sha256}")
    return 0


def _filtro(args: argparse.Namespace, estado: str | None = None) -> FiltroMovimientos:
    from icsoe_desktop.domain.movimientos.movimiento import Situacion, TipoMovimiento
    from icsoe_desktop.services.movimientos.valores import FiltroMovimientos

    estado = estado or getattr(args, "estado", None)
    return FiltroMovimientos(
        registro_patronal=args.registro_patronal,
        desde=args.desde,
        hasta=args.hasta,
        situacion=Situacion(estado) if estado else None,
        tipo=TipoMovimiento(args.tipo) if args.tipo else None,
    )


def _pending(application: Application, sesion: Sesion, args: argparse.Namespace) -> Iterator[Any]:
    from icsoe_desktop.jobs import NoProgress
    from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento, OrdenMovimientos

    service = application.movimientos
    orden = OrdenMovimientos(ColumnaMovimiento.APELLIDO_PATERNO, descendente=False)
    vista = service.prepare(sesion, _filtro(args, "Pendiente"), orden, NoProgress())
    try:
        for start in range(0, vista.count, AT_ONCE):
            for fila in service.rows(vista, start, AT_ONCE):
                if fila is not None and fila.lote_id is None:
                    yield fila.id
    finally:
        service.release(vista)


def _problems(
    application: Application, vista: VistaPreviaMovimientos
) -> Iterator[ProblemaImportacion]:
    for start in range(0, vista.problemas, AT_ONCE):
        yield from application.importacion_movimientos.problems(vista, start, AT_ONCE)


def _tell(
    answer: CommandAnswer,
    application: Application,
    vista: VistaPreviaMovimientos,
    imported: int,
    *,
    simulated: bool,
) -> None:
    from icsoe_desktop.services.importacion.informe import sentence_of

    answer.say(f"Leídos: {vista.leidos:,}")
    answer.say(f"Con errores: {vista.con_errores:,}")
    answer.say(f"Duplicados: {vista.duplicados:,}")
    answer.say("Simulación: no se importó nada." if simulated else f"Importados: {imported:,}")
    for problema in application.importacion_movimientos.problems(vista, 0, SHOWN_PROBLEMS):
        answer.say(sentence_of(problema))
    if vista.problemas > SHOWN_PROBLEMS:
        more = counted(vista.problemas - SHOWN_PROBLEMS, "problema", "problemas")
        answer.say(f"… y {more} más; con --json, todos.")


def _tell_avisos(answer: CommandAnswer, plan: PlanLote) -> None:
    answer.put(
        avisos=[
            {
                "nombre": aviso.nombre,
                "campo": aviso.campo,
                "antes": aviso.antes,
                "despues": aviso.despues,
                "mensaje": aviso.mensaje,
            }
            for aviso in plan.avisos
        ]
    )
    for aviso in plan.avisos:
        change = f" «{aviso.antes}» se escribe «{aviso.despues}»." if aviso.antes else ""
        answer.warn(f"{aviso.nombre}, {aviso.campo}:{change} {aviso.mensaje}")


def _saved(count: int, path: Path) -> str:
    verb = "Se guardó" if count == 1 else "Se guardaron"
    return f"{verb} {counted(count, 'movimiento', 'movimientos')} en «{path}»."
