"""Alta of many from a list: every problem of every row, all of them or none."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.capturistas.importacion import (
    EstadoRenglon,
    ResultadoLista,
    save_template,
)
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.sistema import CorreoRow
from tests.services.mundo import Mundo, curp_numero
from tests.support.progreso import Stop
from tests.support.smtp_real import SmtpReal

HEADER = ("CURP", "Nombre(s)", "Primer apellido", "Segundo apellido", "Teléfono", "Correo")


def row(n: int, **cambios: object) -> tuple[object, ...]:
    cells: dict[str, object] = {
        "curp": curp_numero(n),
        "nombres": "Íñiga",
        "primer": "Xacón",
        "segundo": "Núñez",
        "telefono": 5512345678,
        "correo": f"p{n}@ejemplo.mx",
    }
    return tuple({**cells, **cambios}.values())


def lista(folder: Path, *rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> Path:
    book = openpyxl.Workbook()
    for each in (header, *rows):
        book.active.append(each)
    path = folder / "lista.xlsx"
    book.save(path)
    return path


def relations(mundo: Mundo) -> int:
    with mundo.store.read() as db:
        return db.scalar(select(func.count()).select_from(RelacionRow)) or 0


def test_a_good_list_registers_everybody_and_mails_them(
    mundo: Mundo, moral: Sesion, tmp_path: Path, buzon_real: SmtpReal
) -> None:
    vista = mundo.importacion.preview(moral, lista(tmp_path, row(0), row(1)), NoProgress())
    assert [one.estado for one in vista.renglones] == [EstadoRenglon.NUEVO] * 2
    assert relations(mundo) == 0
    done = mundo.importacion.apply(moral, vista, NoProgress())
    assert done == ResultadoLista(2, 0)
    assert sorted(m["To"] for m in mundo.send(buzon_real)) == [
        "p0@ejemplo.mx", "p0@ejemplo.mx", "p1@ejemplo.mx", "p1@ejemplo.mx"
    ]  # fmt: skip
    assert [each.curp for each in mundo.consulta.rows(moral, [1, 2])] == [
        curp_numero(0),
        curp_numero(1),
    ]


def test_each_row_says_what_is_wrong_with_it(mundo: Mundo, moral: Sesion, tmp_path: Path) -> None:
    mundo.alta(moral, 5)
    path = lista(
        tmp_path,
        row(0),
        row(1, curp="XX", telefono="12"),
        row(0, correo="otro@ejemplo.mx"),
        row(5),
        row(6, primer="Zacón"),
    )
    vista = mundo.importacion.preview(moral, path, NoProgress())
    assert [(one.linea, one.estado) for one in vista.renglones] == [
        (2, EstadoRenglon.NUEVO),
        (3, EstadoRenglon.CON_PROBLEMAS),
        (4, EstadoRenglon.REPETIDO),
        (5, EstadoRenglon.YA_REGISTRADO),
        (6, EstadoRenglon.NUEVO),
    ]
    told = {
        (one.linea, one.campo, one.es_error)
        for one in vista.hallazgos
        if one.linea != 6 and one.campo != "nombres"
    }
    assert told == {
        (3, "curp", True),
        (3, "telefono", True),
        (4, "curp", False),
        (5, "curp", False),
    }
    assert any(
        one.linea == 6 and not one.es_error and one.mensaje.startswith("Posición 1 de la CURP")
        for one in vista.hallazgos
    )
    with pytest.raises(InvalidInputError, match="renglones con problemas"):
        mundo.importacion.apply(moral, vista, NoProgress())
    assert relations(mundo) == 1
    done = mundo.importacion.apply(moral, vista, NoProgress(), only_good=True)
    assert done == ResultadoLista(2, 3)
    assert relations(mundo) == 3


def test_a_row_of_blanks_is_no_person_and_a_blank_cell_is_told(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    path = lista(tmp_path, row(0), (None,) * len(HEADER), row(1, correo=None))
    vista = mundo.importacion.preview(moral, path, NoProgress())
    assert [(one.linea, one.estado) for one in vista.renglones] == [
        (2, EstadoRenglon.NUEVO),
        (4, EstadoRenglon.CON_PROBLEMAS),
    ]


def test_a_list_without_its_columns_or_rows_is_refused(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    path = lista(tmp_path, ("a", "b"), header=("CURP", "Nombre"))
    with pytest.raises(InvalidInputError, match=r"Primer apellido.*Teléfono.*Correo") as refused:
        mundo.importacion.preview(moral, path, NoProgress())
    assert refused.value.campo == "archivo"
    with pytest.raises(InvalidInputError, match="no tiene renglones"):
        mundo.importacion.preview(moral, lista(tmp_path), NoProgress())


def test_a_list_read_before_somebody_else_registered_is_read_again(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    vista = mundo.importacion.preview(moral, lista(tmp_path, row(0), row(1)), NoProgress())
    mundo.alta(moral, 1)
    with pytest.raises(InvalidInputError, match="cambiaron desde que se leyó"):
        mundo.importacion.apply(moral, vista, NoProgress())
    assert relations(mundo) == 1


def test_a_cancelled_list_registers_nobody(mundo: Mundo, moral: Sesion, tmp_path: Path) -> None:
    vista = mundo.importacion.preview(
        moral, lista(tmp_path, *(row(n) for n in range(30))), NoProgress()
    )
    with pytest.raises(Cancelled):
        mundo.importacion.apply(moral, vista, Stop(lambda done, *_: done >= 20))
    assert relations(mundo) == 0
    with mundo.store.read() as db:
        assert db.scalars(select(CorreoRow)).all() == []
    assert mundo.alta(moral).numero == 1


def test_a_slash_for_an_enie_is_read_with_a_notice(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    vista = mundo.importacion.preview(
        moral, lista(tmp_path, row(598, segundo="Nú/ez")), NoProgress()
    )
    (renglon,) = vista.renglones
    assert renglon.datos is not None
    assert renglon.datos.segundo_apellido == "Núñez"
    (hallazgo,) = [one for one in renglon.hallazgos if "Se leyó" in one.mensaje]
    assert (hallazgo.encontrado, hallazgo.es_error) == ("Nú/ez", False)


def test_the_template_that_is_saved_is_filled_in_and_registered(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "plantilla.xlsx"
    save_template(path)
    book = openpyxl.load_workbook(path)
    book.active.append(row(0))
    book.save(path)
    vista = mundo.importacion.preview(moral, path, NoProgress())
    assert [one.estado for one in vista.renglones] == [EstadoRenglon.NUEVO]
    assert mundo.importacion.apply(moral, vista, NoProgress()).nuevos == 1
