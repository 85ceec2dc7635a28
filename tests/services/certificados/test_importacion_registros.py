"""Importing registros patronales from a sheet: all problems told, all or nothing done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Formato, Indicaciones
from icsoe_desktop.services.listas import EstadoRenglon, ResultadoLista
from icsoe_desktop.store.engine import Store
from tests.services.certificados.catalogo import (
    RFC,
    RFC_OTRO,
    A,
    B,
    C,
    audit,
    put_certificate,
    refused,
    sheet,
)
from tests.support.progreso import Stop, StopAt


@pytest.fixture
def registros(store: Store, bitacora: BitacoraService) -> RegistrosPatronalesService:
    return RegistrosPatronalesService(store, bitacora)


@pytest.fixture
def importacion(store: Store, bitacora: BitacoraService) -> ImportacionMovimientosService:
    return ImportacionMovimientosService(store, bitacora)


def test_the_preview_names_every_problem_of_every_row(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    existing = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    changing = registros.add(sesion, registro_patronal=B, razon_social="Dos", rfc=RFC)
    before = audit(store)
    path = sheet(
        tmp_path,
        (A[:10], "Uno", RFC),
        (B, "Dos nuevo", RFC),
        (C, "Tres", RFC_OTRO),
        ("A12", "", "X"),
        (None, None, None),
        (C, "Tres", RFC_OTRO),
    )

    preview = registros.preview_import(sesion, path, NoProgress())

    assert [(r.linea, r.estado, r.existente) for r in preview.renglones] == [
        (2, EstadoRenglon.YA_REGISTRADO, existing),
        (3, EstadoRenglon.CAMBIADO, changing),
        (4, EstadoRenglon.NUEVO, None),
        (5, EstadoRenglon.CON_PROBLEMAS, None),
        (7, EstadoRenglon.REPETIDO, None),
    ]
    assert [(h.linea, h.campo, h.encontrado, h.es_error) for h in preview.hallazgos] == [
        (2, "registro_patronal", A[:10], False),
        (5, "registro_patronal", "A12", True),
        (5, "razon_social", "", True),
        (5, "rfc", "X", True),
        (7, "registro_patronal", C, False),
    ]
    assert all(h.esperado and h.mensaje.endswith(".") for h in preview.hallazgos)
    assert preview.hallazgos[-1].mensaje == "Es igual al renglón 4. Deje sólo uno."
    assert preview.archivo == "registros.xlsx"
    assert registros.all(sesion) == (existing, changing)
    assert audit(store) == before
    assert RFC not in repr(preview)


def test_of_two_rows_that_contradict_each_other_none_is_taken(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    path = sheet(tmp_path, (A, "Uno", RFC), (B, "Dos", RFC), (A, "Otro", RFC), (A, "Uno", RFC))
    preview = registros.preview_import(sesion, path, NoProgress())
    assert [r.linea for r in preview.with_estado(EstadoRenglon.CON_PROBLEMAS)] == [2, 4, 5]
    assert (
        "el del renglón 4"
        in preview.with_estado(EstadoRenglon.CON_PROBLEMAS)[0].hallazgos[0].mensaje
    )
    assert (
        "el del renglón 2"
        in preview.with_estado(EstadoRenglon.CON_PROBLEMAS)[1].hallazgos[0].mensaje
    )
    registros.apply_import(sesion, preview, NoProgress(), only_good=True)
    assert [one.registro_patronal for one in registros.all(sesion)] == [B]


def test_an_import_brings_in_new_and_changed_rows(
    registros: RegistrosPatronalesService,
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    store: Store,
    tmp_path: Path,
) -> None:
    first = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    before = len(audit(store))
    path = sheet(tmp_path, (A, "Uno nuevo", RFC), (B[:10], "Dos", RFC), (C, "Tres", RFC_OTRO))
    preview = registros.preview_import(sesion, path, NoProgress())

    resultado = registros.apply_import(sesion, preview, NoProgress())

    assert resultado == ResultadoLista(nuevos=2, omitidos=0, cambiados=1)
    after = registros.all(sesion)
    assert [(o.registro_patronal, o.razon_social, o.rfc) for o in after] == [
        (A, "Uno nuevo", RFC),
        (B, "Dos", RFC),
        (C, "Tres", RFC_OTRO),
    ]
    (made,) = importacion.all(sesion)
    assert (made.archivos, made.importados, made.de_registros) == (("registros.xlsx",), 3, True)
    assert audit(store)[before:] == [
        ("cambio de registro patronal", first.id, "Razón social"),
        ("alta de registro patronal", after[1].id, ""),
        ("alta de registro patronal", after[2].id, ""),
        (
            "importación de registros patronales",
            made.id,
            "2 nuevos, 1 cambiado, 0 sin cambios, 0 omitidos",
        ),
    ]
    again = registros.preview_import(sesion, path, NoProgress())
    assert len(again.with_estado(EstadoRenglon.YA_REGISTRADO)) == 3


def test_rows_with_problems_stop_the_import_unless_left_out(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    preview = registros.preview_import(
        sesion, sheet(tmp_path, (A, "Uno", RFC), (B, "Dos", "mal")), NoProgress()
    )
    with refused("archivo", "renglones con problemas"):
        registros.apply_import(sesion, preview, NoProgress())
    assert registros.all(sesion) == ()

    resultado = registros.apply_import(sesion, preview, NoProgress(), only_good=True)

    assert resultado == ResultadoLista(nuevos=1, omitidos=1)
    assert [one.registro_patronal for one in registros.all(sesion)] == [A]


def test_an_import_does_not_pull_the_rfc_from_under_a_certificate(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    put_certificate(
        store, registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC), RFC
    )
    preview = registros.preview_import(sesion, sheet(tmp_path, (A, "Uno", RFC_OTRO)), NoProgress())
    (hallazgo,) = preview.hallazgos
    assert (hallazgo.campo, hallazgo.encontrado, hallazgo.esperado) == ("rfc", RFC_OTRO, RFC)
    assert hallazgo.es_error
    assert preview.with_estado(EstadoRenglon.CON_PROBLEMAS) == preview.renglones


def test_a_preview_of_another_catalogue_is_refused(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    preview = registros.preview_import(sesion, sheet(tmp_path, (A, "Uno", RFC)), NoProgress())
    added = registros.add(
        sesion, registro_patronal=A, razon_social="Alguien lo dio de alta", rfc=RFC
    )
    with refused("archivo", "cambiaron desde que se leyó"):
        registros.apply_import(sesion, preview, NoProgress())
    assert registros.all(sesion) == (added,)


def test_a_cancelled_import_leaves_everything_as_it_was(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store, tmp_path: Path
) -> None:
    existing = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    before = audit(store)
    rows = [(f"Z{n:09}", f"Empresa {n}", RFC) for n in range(119)]
    path = sheet(tmp_path, (A, "Cambiado", RFC), *rows)
    preview = registros.preview_import(sesion, path, NoProgress())
    for at in range(4):
        with pytest.raises(Cancelled):
            registros.apply_import(sesion, preview, StopAt(at + 1))
        assert registros.all(sesion) == (existing,)
        assert audit(store) == before

    watcher = Stop(lambda *_: False)
    registros.apply_import(sesion, preview, watcher)
    assert watcher.reports == [(0, 120), (50, 120), (100, 120), (120, 120)]
    assert len(registros.all(sesion)) == 120


def test_a_cancelled_preview_stops(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    with pytest.raises(Cancelled):
        registros.preview_import(sesion, sheet(tmp_path, (A, "Uno", RFC)), StopAt(1))


def test_files_without_the_columns_or_without_rows_are_named(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "lista.csv"
    for text, sentence in (
        ("Empresa\nUno\n", "le falta lo siguiente: Registro patronal, RFC."),
        ("RP;Nombre\nA;Uno\n", "le falta lo siguiente: RFC."),
        ("RP;Nombre;RFC\n", "no tiene renglones debajo"),
        ("RP;Nombre;RFC;Notas\n;;;nada\n", "no tiene renglones debajo"),
    ):
        path.write_text(text, encoding="cp1252")
        with refused("archivo", sentence):
            registros.preview_import(sesion, path, NoProgress())


def test_a_preview_that_was_tampered_with_is_not_half_applied(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    preview = registros.preview_import(sesion, sheet(tmp_path, (A, "Uno", RFC)), NoProgress())
    twice = replace(preview, renglones=preview.renglones * 2)
    with pytest.raises(Exception, match="UNIQUE"):
        registros.apply_import(sesion, twice, NoProgress())
    assert registros.all(sesion) == ()


def test_columns_of_any_name_are_chosen_kept_and_used_again(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "patrones.csv"
    path.write_text(
        f"Lista de empresas;;\n;;\nFolio;Reg. Pat.;Sociedad;Salario mín.\n"
        f"1;{A};Uno;Norte\n2;{B};Dos;Z.L.F.N.\n3;{C};Tres;\n",
        encoding="utf-8",
    )
    columnas = registros.columns(sesion, path, NoProgress())
    assert not columnas.completas
    assert columnas.encabezados == ("Folio", "Reg. Pat.", "Sociedad", "Salario mín.")
    assert columnas.muestras[2] == ("Uno", "Dos", "Tres")
    formato = Formato(
        {**columnas.propuesto.columnas, "razon_social": "Sociedad", "zona": "Salario mín."},
        {"rfc": RFC, "zona": "general"},
    )
    said = Indicaciones(formato, "Patrones")
    preview = registros.preview_import(sesion, path, NoProgress(), said)
    registros.apply_import(sesion, preview, NoProgress())
    assert [
        (o.registro_patronal, o.razon_social, o.rfc, o.zona) for o in registros.all(sesion)
    ] == [
        (A, "Uno", RFC, "frontera"),
        (B, "Dos", RFC, "frontera"),
        (C, "Tres", RFC, "general"),
    ]
    again = registros.preview_import(sesion, path, NoProgress())
    assert (again.columnas, len(again.with_estado(EstadoRenglon.YA_REGISTRADO))) == ("Patrones", 3)


def test_rows_without_a_header_have_their_columns_by_letter(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "lista.csv"
    path.write_text(f"{A};Uno;{RFC}\n{B};Dos;{RFC}\n")
    columnas = registros.columns(sesion, path, NoProgress())
    assert columnas.encabezados == ("columna A", "columna B", "columna C")
    formato = Formato(
        dict(zip(("registro_patronal", "razon_social", "rfc"), columnas.encabezados, strict=True))
    )
    preview = registros.preview_import(sesion, path, NoProgress(), Indicaciones(formato))
    assert [(one.linea, one.estado) for one in preview.renglones] == [
        (1, EstadoRenglon.NUEVO),
        (2, EstadoRenglon.NUEVO),
    ]


def test_an_import_is_undone_and_what_was_changed_after_it_stays(
    registros: RegistrosPatronalesService,
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    store: Store,
    tmp_path: Path,
) -> None:
    first = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    path = sheet(tmp_path, (A, "Otro nombre", RFC_OTRO), (B, "Dos", RFC))
    registros.apply_import(
        sesion, registros.preview_import(sesion, path, NoProgress()), NoProgress()
    )
    registros.edit(sesion, first.id, registro_patronal=A, razon_social="A mano", rfc=RFC_OTRO)
    (made,) = importacion.all(sesion)
    with pytest.raises(UserFacingError, match="ya no existe"):
        importacion.undo(sesion, made.id, NoProgress())

    assert registros.undo_import(sesion, made.id, NoProgress()) == 2

    assert [(o.razon_social, o.rfc) for o in registros.all(sesion)] == [("A mano", RFC)]
    assert audit(store)[-1][:2] == ("importación de registros patronales deshecha", made.id)
    assert importacion.all(sesion)[0].deshecha is not None
    with pytest.raises(UserFacingError, match="ya se había deshecho"):
        registros.undo_import(sesion, made.id, NoProgress())


def test_an_import_with_a_certificate_is_not_half_undone(
    registros: RegistrosPatronalesService,
    importacion: ImportacionMovimientosService,
    sesion: Sesion,
    store: Store,
    tmp_path: Path,
) -> None:
    path = sheet(tmp_path, (A, "Uno", RFC), (B, "Dos", RFC))
    registros.apply_import(
        sesion, registros.preview_import(sesion, path, NoProgress()), NoProgress()
    )
    kept = registros.all(sesion)
    put_certificate(store, kept[1], RFC)
    with pytest.raises(UserFacingError, match=f"{B} tiene un certificado"):
        registros.undo_import(sesion, importacion.all(sesion)[0].id, NoProgress())
    assert registros.all(sesion) == kept
