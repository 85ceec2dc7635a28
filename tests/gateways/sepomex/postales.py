"""Synthetic postal catalogues: the official one may not be redistributed."""

from __future__ import annotations

import zipfile
from pathlib import Path

HEADER = (
    "d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|d_ciudad|d_CP|c_estado|c_oficina|c_CP|"
    "c_tipo_asenta|c_mnpio|id_asenta_cpcons|d_zona|c_cve_ciudad"
)
LEGEND = "Leyenda inventada para las pruebas, como la que trae el catálogo en su primer renglón."
ROWS = (
    ("01010", "Jardines de la Prueba", "Colonia", "Álvaro Obregón", "Ciudad de México", "CDMX"),
    ("01010", "Peñón Imaginario", "Barrio", "Álvaro Obregón", "Ciudad de México", "CDMX"),
    ("99990", "Rincón de Ñandúes", "Ejido", "Villa Inventada", "Zacatecas", ""),
)


def line(cells: tuple[str, ...]) -> str:
    return "|".join((*cells, "01001", "09", "01001", "", "09", "010", "0001", "Urbano", "01"))


def txt(
    path: Path,
    rows: tuple[tuple[str, ...], ...] = ROWS,
    encoding: str = "latin-1",
    legend: str = LEGEND,
) -> Path:
    text = "\r\n".join((legend, HEADER, *map(line, rows))) + "\r\n"
    path.write_bytes(text.encode(encoding))
    return path


def zipped(path: Path, member: Path, name: str = "CPdescarga.txt") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name, (2026, 2, 14, 10, 0, 0))
        archive.writestr(info, member.read_bytes(), zipfile.ZIP_DEFLATED)
    return path
