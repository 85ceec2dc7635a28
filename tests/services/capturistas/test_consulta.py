"""«Consulta», its filters and order, and «Exportar Excel»."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import AccionFila, Estatus
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.consulta import FiltroBitacora
from icsoe_desktop.services.capturistas.consulta import (
    CapturistaFila,
    FiltroCapturistas,
    OrdenCapturistas,
)
from tests.conftest import Reloj
from tests.services.mundo import Mundo, curp_numero, nuevo
from tests.support.progreso import Stop

NOMBRES = ("Úrsula", "ana", "Ñandú", "Beto", "Álvaro")


@pytest.fixture
def gente(mundo: Mundo, moral: Sesion, fisica: Sesion, reloj: Reloj) -> Sesion:
    """Five capturistas, one of them in baja; and one of the other contratista."""
    mundo.alta(fisica, 99)
    for n, nombre in enumerate(NOMBRES):
        correo = f"{'zyxwv'[n]}{n}@ejemplo.mx"
        mundo.capturistas.register(moral, nuevo(n, correo, nombres=nombre))
        reloj.advance(days=1)
    third = mundo.consulta.rows(moral, [3])[0]
    mundo.capturistas.baja(moral, third.id)
    return moral


def ids(mundo: Mundo, sesion: Sesion, **filtro: object) -> list[int]:
    wanted = FiltroCapturistas(**filtro)  # type: ignore[arg-type]
    found = mundo.consulta.numeros(sesion, wanted).tolist()
    assert mundo.consulta.count(sesion, wanted) == len(found)
    return found


def test_a_row_has_the_columns_of_the_seed(mundo: Mundo, gente: Sesion, reloj: Reloj) -> None:
    [fila] = mundo.consulta.rows(gente, [3])
    assert fila == CapturistaFila(
        id=fila.id,
        numero=3,
        rol="Capturista",
        curp=curp_numero(2),
        nombres="Ñandú",
        primer_apellido="Xacón",
        segundo_apellido="Núñez",
        telefono="5512345678",
        correo="x2@ejemplo.mx",
        estatus=Estatus.BAJA,
        grupo="Contratista",
        contratista="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        creado=fila.creado,
        usuario_alta="TBI990101QX5",
        bloqueado=False,
        dado_de_baja=mundo.capturistas.get(gente, fila.id).dado_de_baja,
    )
    assert fila.nombre == "Ñandú Xacón Núñez"
    assert fila.acciones == {AccionFila.ACTIVAR}


def test_the_order_is_the_one_asked_for(mundo: Mundo, gente: Sesion) -> None:
    assert ids(mundo, gente) == [1, 2, 3, 4, 5]
    assert ids(mundo, gente, orden=OrdenCapturistas.ID, descendente=True) == [5, 4, 3, 2, 1]
    # Accents and capitals aside; Ñ where the reader looks for N.
    assert ids(mundo, gente, orden=OrdenCapturistas.NOMBRE) == [5, 2, 4, 3, 1]
    assert ids(mundo, gente, orden=OrdenCapturistas.CORREO) == [5, 4, 3, 2, 1]
    assert ids(mundo, gente, orden=OrdenCapturistas.ESTATUS) == [3, 1, 2, 4, 5]
    assert ids(mundo, gente, orden=OrdenCapturistas.FECHA_ALTA, descendente=True) == [5, 4, 3, 2, 1]
    by_curp = sorted(range(5), key=curp_numero)
    assert ids(mundo, gente, orden=OrdenCapturistas.CURP) == [n + 1 for n in by_curp]


@pytest.mark.parametrize(
    ("texto", "found"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("NANDU", [3]),
        ("álvaro núñez", [5]),
        ("nunez alvaro", [5]),
        ("y1@ejemplo", [2]),
        (curp_numero(3)[:10].lower(), [1, 2, 3, 4, 5][3:4]),
        ("%", []),
        ("_", []),
        ("nadie", []),
        ("03/03/2026", [2]),
    ],
)
def test_the_quick_filter_finds_any_text(
    mundo: Mundo, gente: Sesion, texto: str, found: list[int]
) -> None:
    assert ids(mundo, gente, texto=texto) == found


def test_the_filter_by_estatus_goes_with_the_text(mundo: Mundo, gente: Sesion) -> None:
    assert ids(mundo, gente, estatus=Estatus.BAJA) == [3]
    assert ids(mundo, gente, estatus=Estatus.REGISTRADA, texto="xacon") == [1, 2, 4, 5]
    assert ids(mundo, gente, estatus=Estatus.ACTIVA) == []


def test_rows_come_in_the_order_asked_for(mundo: Mundo, gente: Sesion) -> None:
    assert [each.numero for each in mundo.consulta.rows(gente, [5, 77, 1, 3])] == [5, 1, 3]


def test_the_exported_book_is_the_one_of_the_seed(
    mundo: Mundo, gente: Sesion, tmp_path: Path, reloj: Reloj
) -> None:
    name = mundo.consulta.file_name(gente)
    assert name == f"Capturistas_1_{int(reloj.now.timestamp() * 1000)}.xlsx"
    assert mundo.consulta.export(gente, tmp_path / name, NoProgress()) == 5
    book = openpyxl.load_workbook(tmp_path / name)
    assert book.sheetnames == ["Capturistas"]
    sheet = book.active
    header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert header == [
        "CURP",
        "Nombre(s)",
        "Primer Apellido",
        "Segundo Apellido",
        "Rol",
        "Estatus",
        "Grupo",
        "Contratista relacionado",
        "Fecha alta",
        "Fecha baja",
        "Fecha actualización",
    ]
    assert rows[2] == [
        curp_numero(2),
        "Ñandú",
        "Xacón",
        "Núñez",
        "Capturista",
        "Baja",
        "Contratista",
        "TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        datetime(2026, 3, 4),  # noqa: DTZ001
        datetime(2026, 3, 7),  # noqa: DTZ001
        datetime(2026, 3, 7),  # noqa: DTZ001
    ]
    assert len(rows) == 5
    assert [row[9] for row in rows][:2] == [None, None]
    assert sheet["I4"].number_format == "dd/mm/yyyy"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:K6")
    accion = mundo.log.page(gente, FiltroBitacora(), 0, 1)[0]
    assert (accion.accion, accion.detalle) == ("exportación de capturistas", "5 renglones")


def test_days_are_those_of_central_mexico(
    mundo: Mundo, moral: Sesion, reloj: Reloj, tmp_path: Path
) -> None:
    reloj.advance(hours=13)  # 04:30 UTC of the 3rd: still the 2nd in Mexico
    mundo.alta(moral)
    [row] = mundo.consulta.export_rows(moral)
    assert row[8] == date(2026, 3, 2)


def test_a_cancelled_or_failed_export_leaves_the_former_file(
    mundo: Mundo, gente: Sesion, tmp_path: Path
) -> None:
    target = tmp_path / "salida.xlsx"
    target.write_bytes(b"lo anterior")
    with pytest.raises(Cancelled):
        mundo.consulta.export(gente, target, Stop())
    assert target.read_bytes() == b"lo anterior"
    with pytest.raises(UserFacingError, match="no se pudo guardar"):
        mundo.consulta.export(gente, tmp_path / "no" / "existe.xlsx", NoProgress())
    assert list(tmp_path.glob("*.tmp")) == []
    lines = {line.accion for line in mundo.log.page(gente, FiltroBitacora(), 0, 1000)}
    assert "exportación de capturistas" not in lines
