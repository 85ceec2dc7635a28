"""The state of the import window: progress, contents of the files, and what prevents the import."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from icsoe_desktop.gui.idse.modulo.icons import MOVIMIENTO_CORTO
from icsoe_desktop.gui.kit.formats import counted, movements
from icsoe_desktop.jobs import Step
from icsoe_desktop.services.importacion.valores import (
    Decision,
    ResultadoImportacionMovimientos,
    VistaPreviaMovimientos,
)

READING = "Leyendo los archivos"
FIRST_STEP = Step(0, None, READING)
CAREFUL = Decision()
IMPORTING = "Importando"
NO_MOVEMENTS = "Los archivos no tienen ningún movimiento."
ONLY_BAD = "Ningún movimiento se puede importar. Corrija los archivos y vuelva a elegirlos."
ONLY_REPEATED = (
    "No hay movimientos nuevos: todos están repetidos. Para importarlos de todas formas, marque "
    "«Importar también los repetidos»."
)
WITH_ERRORS = (
    "Hay líneas con errores. Corríjalas en el archivo y vuelva a elegirlo, o importe sólo los "
    "movimientos sin errores."
)


class FaseImportacion(Enum):
    READING = auto()
    MATCHING = auto()
    SHOWING = auto()
    IMPORTING = auto()
    EXPORTING = auto()


@dataclass(frozen=True)
class ImportacionMovimientosState:
    archivos: tuple[str, ...]
    fase: FaseImportacion = FaseImportacion.READING
    step: Step = FIRST_STEP
    vista: VistaPreviaMovimientos | None = None
    decision: Decision = CAREFUL
    stopping: bool = False
    message: str = ""

    @property
    def working(self) -> bool:
        return self.fase in (
            FaseImportacion.READING,
            FaseImportacion.IMPORTING,
            FaseImportacion.EXPORTING,
        )

    @property
    def pending(self) -> int:
        """The number of movements that would be imported."""
        vista = self.vista
        if vista is None:
            return 0
        return vista.buenos - (0 if self.decision.importar_duplicados else vista.duplicados)

    @property
    def can_import(self) -> bool:
        vista = self.vista
        good_enough = vista is not None and (not vista.con_errores or self.decision.solo_buenos)
        return self.fase is FaseImportacion.SHOWING and good_enough and self.pending > 0

    @property
    def counts(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        parts = [f"{movements(vista.leidos)} en {_files(len(vista.archivos))}:"]
        said = [counted(vista.buenos, "sin errores", "sin errores")]
        if vista.con_errores:
            said.append(counted(vista.con_errores, "línea con errores", "líneas con errores"))
        if vista.duplicados_en_datos:
            there = counted(vista.duplicados_en_datos, "que ya está", "que ya están")
            said.append(f"{there} en los datos")
        if vista.duplicados_en_archivo:
            twice = counted(vista.duplicados_en_archivo, "repetido", "repetidos")
            said.append(f"{twice} dentro de los archivos")
        if vista.advertencias:
            said.append(counted(vista.advertencias, "advertencia", "advertencias"))
        return f"{' '.join(parts)} {', '.join(said)}."

    @property
    def breakdown(self) -> str:
        vista = self.vista
        if vista is None:
            return ""
        by_type = [f"{MOVIMIENTO_CORTO[tipo]}: {n:,}" for tipo, n in vista.por_tipo.items() if n]
        if len(vista.por_registro) > 1:
            by_type.append(f"{len(vista.por_registro):,} registros patronales")
        return " · ".join(by_type)

    @property
    def advice(self) -> str:
        """A sentence on what prevents the import."""
        vista = self.vista
        if vista is None or self.fase is not FaseImportacion.SHOWING or self.can_import:
            return ""
        if not vista.leidos and not vista.problemas:
            return NO_MOVEMENTS
        if not vista.buenos:
            return ONLY_BAD
        return WITH_ERRORS if vista.con_errores and self.pending else ONLY_REPEATED


def _files(count: int) -> str:
    return counted(count, "archivo", "archivos")


def summary(resultado: ResultadoImportacionMovimientos) -> str:
    """The result of an import in one to three sentences."""
    count = resultado.importados
    parts = [f"{'Se importó' if count == 1 else 'Se importaron'} {movements(count)}."]
    if resultado.duplicados_omitidos:
        parts.append(
            counted(
                resultado.duplicados_omitidos,
                "repetido no se importó.",
                "repetidos no se importaron.",
            )
        )
    if resultado.con_errores:
        parts.append(
            counted(
                resultado.con_errores,
                "línea con errores no se importó.",
                "líneas con errores no se importaron.",
            )
        )
    return " ".join(parts)
