"""The postal catalogue: shown before it is imported, whole or not at all, asked in an instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.errors import InvalidInputError, NotAllowedError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.contratista.domicilios import CatalogoPostal
from icsoe_desktop.store.tables.icsoe import AsentamientoRow, CatalogoPostalRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.gateways.sepomex import postales
from tests.gateways.sepomex.postales import ROWS
from tests.services.mundo import Mundo, direccion
from tests.support.progreso import Stop

EXPECTED = [Asentamiento(*row) for row in ROWS]


@pytest.fixture
def archivo(tmp_path: Path) -> Path:
    bad = ("XX", *ROWS[0][1:])
    member = postales.txt(tmp_path / "a.txt", (*ROWS, bad))
    return postales.zipped(tmp_path / "CPdescarga.zip", member)


def test_a_catalogue_is_shown_then_imported_and_answers_by_code(
    mundo: Mundo, moral: Sesion, archivo: Path, reloj: Reloj
) -> None:
    codigos = mundo.codigos_postales
    assert codigos.current(moral) is None
    assert codigos.colonias(moral, "01010") == ()
    vista = codigos.preview_import(moral, archivo, NoProgress())
    assert (vista.nombre, vista.fecha, vista.formato, vista.codificacion) == (
        "CPdescarga.zip",
        date(2026, 2, 14),
        "TXT en ZIP",
        "ISO-8859-1",
    )
    assert (vista.renglones, vista.con_problemas, vista.ya_importado) == (3, 1, False)
    assert vista.problemas == ((6, "El código postal no son cinco números."),)
    assert list(vista.muestra) == EXPECTED
    assert codigos.current(moral) is None

    imported = codigos.apply_import(moral, vista, NoProgress())
    assert imported == CatalogoPostal(
        "CPdescarga.zip", date(2026, 2, 14), "TXT en ZIP", 3, reloj.now
    )
    assert codigos.current(moral) == imported
    assert codigos.colonias(moral, " 01010 ") == tuple(EXPECTED[:2])
    assert codigos.colonias(moral, "99999") == ()
    with pytest.raises(InvalidInputError) as refused:
        codigos.colonias(moral, "1010")
    assert refused.value.campo == "codigo_postal"
    assert codigos.preview_import(moral, archivo, NoProgress()).ya_importado
    with mundo.store.read() as db:
        last = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id.desc())).first()
        assert last is not None
        assert (last.accion, last.detalle) == (
            "importación de códigos postales",
            "3 renglones, TXT en ZIP",
        )


def test_a_later_catalogue_takes_the_place_of_the_former_and_history_stays(
    mundo: Mundo, moral: Sesion, archivo: Path, tmp_path: Path
) -> None:
    codigos = mundo.codigos_postales
    codigos.apply_import(moral, codigos.preview_import(moral, archivo, NoProgress()), NoProgress())
    later = postales.txt(tmp_path / "nuevo.txt", (ROWS[2],))
    codigos.apply_import(moral, codigos.preview_import(moral, later, NoProgress()), NoProgress())
    assert codigos.colonias(moral, "01010") == ()
    assert codigos.colonias(moral, "99990") == (EXPECTED[2],)
    current = codigos.current(moral)
    assert current is not None
    assert (current.nombre, current.formato) == ("nuevo.txt", "TXT")
    with mundo.store.read() as db:
        assert len(db.scalars(select(CatalogoPostalRow)).all()) == 2


def test_a_cancelled_import_leaves_the_catalogue_as_it_was(
    mundo: Mundo, moral: Sesion, archivo: Path, tmp_path: Path
) -> None:
    codigos = mundo.codigos_postales
    codigos.apply_import(moral, codigos.preview_import(moral, archivo, NoProgress()), NoProgress())
    before = codigos.current(moral)
    many = postales.txt(tmp_path / "b.txt", (ROWS[2],) * 12_000)
    vista = codigos.preview_import(moral, many, NoProgress())
    stop = Stop(lambda done, _, what: what.startswith("Importando") and done > 5_000)
    with pytest.raises(Cancelled):
        codigos.apply_import(moral, vista, stop)
    assert codigos.current(moral) == before
    with mundo.store.read() as db:
        assert len(db.scalars(select(AsentamientoRow)).all()) == 3


def test_another_file_than_the_one_shown_is_refused(
    mundo: Mundo, moral: Sesion, archivo: Path
) -> None:
    codigos = mundo.codigos_postales
    vista = codigos.preview_import(moral, archivo, NoProgress())
    archivo.write_bytes(archivo.read_bytes() + b"\0")
    with pytest.raises(InvalidInputError, match="cambió desde que se revisó"):
        codigos.apply_import(moral, vista, NoProgress())
    assert codigos.current(moral) is None


def test_a_file_without_one_good_row_is_refused(
    mundo: Mundo, moral: Sesion, tmp_path: Path
) -> None:
    path = postales.txt(tmp_path / "a.txt", (("XX", *ROWS[0][1:]),))
    with pytest.raises(InvalidInputError, match="Ningún renglón"):
        mundo.codigos_postales.preview_import(moral, path, NoProgress())


def test_who_may_import_and_who_may_ask(
    mundo: Mundo, moral: Sesion, sesion: Sesion, archivo: Path
) -> None:
    codigos = mundo.codigos_postales
    vista = codigos.preview_import(sesion, archivo, NoProgress())
    codigos.apply_import(sesion, vista, NoProgress())
    assert codigos.colonias(moral, "99990") == (EXPECTED[2],)
    with pytest.raises(NotAllowedError):
        codigos.apply_import(SESION_CONSULTA, vista, NoProgress())


def test_a_domicilio_says_whether_its_colonia_is_in_the_catalogue_and_keeps_its_words(
    mundo: Mundo, moral: Sesion, archivo: Path, tmp_path: Path
) -> None:
    codigos = mundo.codigos_postales
    codigos.apply_import(moral, codigos.preview_import(moral, archivo, NoProgress()), NoProgress())
    claimed = replace(direccion(colonia="PEÑON imaginario"), fuera_de_catalogo=True)
    mundo.contratistas.save_domicilio(moral, claimed)
    kept = mundo.contratistas.informacion(moral).social.domicilio
    assert kept == replace(claimed, fuera_de_catalogo=False)
    mundo.contratistas.save_domicilio(moral, direccion(colonia="Colonia Nueva"))
    kept = mundo.contratistas.informacion(moral).social.domicilio
    assert kept is not None
    assert (kept.colonia, kept.fuera_de_catalogo) == ("Colonia Nueva", True)
    # A later catalogue changes nothing of what was typed.
    later = postales.txt(tmp_path / "nuevo.txt", (ROWS[2],))
    codigos.apply_import(moral, codigos.preview_import(moral, later, NoProgress()), NoProgress())
    assert mundo.contratistas.informacion(moral).social.domicilio == kept
