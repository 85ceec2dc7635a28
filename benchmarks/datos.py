"""168-position files of the program's own invented movements, from a seed."""

from __future__ import annotations

from pathlib import Path

from icsoe_desktop.domain.dispmag import RegistroLeido
from icsoe_desktop.domain.ejemplo.movimientos import (
    MOVIMIENTOS_POR_TRABAJADOR,
    PRIMER_DIA,
    ULTIMO_DIA,
    movimientos,
)
from icsoe_desktop.domain.ejemplo.personas import (
    SEMILLA,
    Trabajador,
    registros_patronales,
    trabajadores,
)

__all__ = [
    "MOVIMIENTOS_POR_TRABAJADOR",
    "PRIMER_DIA",
    "SEMILLA",
    "ULTIMO_DIA",
    "Trabajador",
    "escribir_archivos",
    "linea_168",
    "linea_totales",
    "movimientos",
    "registros_patronales",
    "trabajadores",
]


def linea_168(registro: RegistroLeido) -> str:
    """The record's line, without its end; written apart from the program's own writer."""

    def nombre(text: str) -> str:
        return text.replace("Ñ", "#").ljust(27)

    tipo = registro.tipo
    salario = (
        "0" * 15
        if tipo == "02"
        else f"{registro.sbc:06}{'':6}{registro.tipo_trabajador or ' '}"
        f"{registro.tipo_salario}{registro.jornada}"
    )
    return (
        registro.registro_patronal
        + registro.nss
        + nombre(registro.primer_apellido)
        + nombre(registro.segundo_apellido)
        + nombre(registro.nombres)
        + salario
        + f"{registro.fecha:%d%m%Y}{registro.umf:3}  {tipo}{registro.guia}"
        + f"{registro.clave_trabajador:10}{registro.causa_baja or ' '}{registro.curp:18}9"
    )


def linea_totales(registros: int, guia: str = "01400") -> str:
    return f"{'*' * 13}{'':43}{registros:06}{'':71}{guia}{'':29}9"


def escribir_archivos(carpeta: Path, filas: int, semilla: int = SEMILLA) -> list[Path]:
    """168-position files with so many movements, 500,000 at most in each."""
    carpeta.mkdir(parents=True, exist_ok=True)
    paths = []
    source = movimientos(filas, semilla)
    for start in range(0, filas, 500_000):
        count = min(500_000, filas - start)
        path = carpeta / f"movimientos{start // 500_000 + 1}.txt"
        with path.open("w", encoding="ascii", newline="") as file:
            for _ in range(count):
                file.write(linea_168(next(source)) + "\r\n")
            file.write(linea_totales(count) + "\r\n")
        paths.append(path)
    return paths
