"""The first steps, in the seed's order, and the contratista's own data."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.avisos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import DatosGenerales, PasoContratista
from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.domain.icsoe.repse import EstadoRepse, VentanaRepse
from icsoe_desktop.domain.icsoe.terminos import TERMINOS_VERSION
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.acceso import autorizacion
from icsoe_desktop.services.contratista.acuses import ArchivoElegido, open_document
from icsoe_desktop.services.contratista.service import Perfil
from icsoe_desktop.store.tables.icsoe import AcuseRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.domain.icsoe.test_documento import png
from tests.gateways.certificados.generador import efirma_fisica, efirma_moral
from tests.gateways.test_pdf import pdf
from tests.services.mundo import PDF, RFC_FISICA, RFC_MORAL, Mundo, direccion, nuevo


@pytest.fixture
def acuse(tmp_path: Path) -> Path:
    path = tmp_path / "acuse REPSE.pdf"
    path.write_bytes(PDF)
    return path


def test_a_persona_moral_walks_the_steps_in_order_and_each_is_kept(
    mundo: Mundo, acuse: Path
) -> None:
    sesion = mundo.enter(efirma_moral(), RFC_MORAL)

    def paso() -> PasoContratista:
        # As after closing the program and entering again.
        return mundo.contratistas.informacion(mundo.enter(efirma_moral(), RFC_MORAL)).paso

    assert paso() is PasoContratista.TERMINOS
    assert (
        mundo.contratistas.accept_terminos(sesion, TERMINOS_VERSION)
        is PasoContratista.DATOS_GENERALES
    )
    assert paso() is PasoContratista.DATOS_GENERALES
    done = mundo.contratistas.save_generales(
        sesion, correo=" Ana@Ejemplo.MX", celular="55 1122 3344", telefono_fijo=""
    )
    assert done is paso() is PasoContratista.DOMICILIO
    assert mundo.contratistas.save_domicilio(sesion, direccion()) is paso() is PasoContratista.ACUSE
    assert mundo.acuses.save(sesion, acuse, date(2025, 6, 1)) is paso() is PasoContratista.COMPLETO

    informacion = mundo.contratistas.informacion(sesion)
    assert informacion.pasos == tuple(PasoContratista)
    assert informacion.generales == DatosGenerales(
        correo="ana@ejemplo.mx", celular="5511223344", telefono_fijo=""
    )
    assert informacion.social.igual is False
    assert informacion.social.domicilio == replace(direccion(), fuera_de_catalogo=True)
    assert mundo.contratistas.perfil(sesion) == Perfil(
        rfc=RFC_MORAL,
        curp="",
        nombre="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        contratista="TALLERES DEL BAJIO IMAGINARIO SA DE CV",
        rol="Contratista",
        numero=1,
        efirma=date(2030, 5, 9),
    )


def test_a_persona_fisica_skips_the_domicilio(mundo: Mundo, acuse: Path) -> None:
    sesion = mundo.enter(efirma_fisica(), RFC_FISICA)
    mundo.contratistas.accept_terminos(sesion, TERMINOS_VERSION)
    assert (
        mundo.contratistas.save_generales(sesion, correo="a@ejemplo.mx", celular="5511223344")
        is PasoContratista.ACUSE
    )
    with pytest.raises(NotAllowedError, match="sólo a las personas morales"):
        mundo.contratistas.save_domicilio(sesion, None)
    assert mundo.acuses.save(sesion, acuse, date(2025, 6, 1)) is PasoContratista.COMPLETO
    assert PasoContratista.DOMICILIO not in mundo.contratistas.informacion(sesion).pasos


def test_no_step_can_be_done_before_its_turn(mundo: Mundo, acuse: Path) -> None:
    sesion = mundo.enter(efirma_moral(), RFC_MORAL)
    with pytest.raises(NotAllowedError, match="Falta un paso antes de esto: términos"):
        mundo.contratistas.save_generales(sesion, correo="a@ejemplo.mx", celular="5511223344")
    mundo.contratistas.accept_terminos(sesion, TERMINOS_VERSION)
    for early in (
        lambda: mundo.contratistas.save_domicilio(sesion, None),
        lambda: mundo.contratistas.save_domicilio(sesion, direccion()),
        lambda: mundo.acuses.inspect(sesion, acuse),
        lambda: mundo.acuses.save(sesion, acuse, date(2025, 6, 1)),
        lambda: mundo.capturistas.register(sesion, nuevo()),
        lambda: mundo.consulta.file_name(sesion),
    ):
        with pytest.raises(NotAllowedError, match="Falta un paso antes de esto: datos generales"):
            early()


def test_terminos_are_accepted_by_version_and_noted_with_the_aviso(
    mundo: Mundo, moral: Sesion, reloj: Reloj, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mundo.store.read() as db:
        noted = [
            (row.accion, row.detalle, row.cuando)
            for row in db.scalars(select(BitacoraRow).order_by(BitacoraRow.id))
        ]
    assert ("términos y condiciones aceptados", TERMINOS_VERSION, reloj.now) in noted
    assert ("aviso de privacidad aceptado", AVISO_ICSOE_VERSION, reloj.now) in noted
    with pytest.raises(InvalidInputError, match="cambiaron mientras los leía"):
        mundo.contratistas.accept_terminos(moral, "1999-01")
    # Who had finished is asked once more when the text changes, and only for that.
    monkeypatch.setattr(autorizacion, "TERMINOS_VERSION", "2030-01")
    assert mundo.contratistas.informacion(moral).paso is PasoContratista.TERMINOS
    with pytest.raises(NotAllowedError, match="términos y condiciones"):
        mundo.capturistas.register(moral, nuevo())


@pytest.mark.parametrize(
    ("correo", "celular", "fijo", "campo"),
    [
        ("ana@", "5511223344", "", "correo"),
        ("a@ejemplo.mx", "551122334", "", "celular"),
        ("a@ejemplo.mx", "5511223344", "123", "telefono_fijo"),
    ],
)
def test_wrong_general_data_are_refused_under_their_field(
    mundo: Mundo, correo: str, celular: str, fijo: str, campo: str
) -> None:
    sesion = mundo.enter(efirma_fisica(), RFC_FISICA)
    mundo.contratistas.accept_terminos(sesion, TERMINOS_VERSION)
    with pytest.raises(InvalidInputError) as refused:
        mundo.contratistas.save_generales(
            sesion, correo=correo, celular=celular, telefono_fijo=fijo
        )
    assert refused.value.campo == campo
    assert mundo.contratistas.informacion(sesion).generales is None


def test_the_answer_about_the_domicilio_may_change_either_way(mundo: Mundo, moral: Sesion) -> None:
    for campo in ("codigo_postal", "colonia", "calle", "numero_exterior", "municipio", "estado"):
        with pytest.raises(InvalidInputError) as refused:
            mundo.contratistas.save_domicilio(moral, replace(direccion(), **{campo: " "}))
        assert refused.value.campo == campo
    assert mundo.contratistas.informacion(moral).social.igual is True
    mundo.contratistas.save_domicilio(moral, direccion())
    mundo.contratistas.save_domicilio(moral, direccion(calle="Otra", numero_interior="3 B"))
    informacion = mundo.contratistas.informacion(moral)
    assert informacion.social.domicilio is not None
    assert (informacion.social.igual, informacion.social.domicilio.calle) == (False, "Otra")
    mundo.contratistas.save_domicilio(moral, None)
    informacion = mundo.contratistas.informacion(moral)
    assert (informacion.social.igual, informacion.social.domicilio) == (True, None)


def test_an_acuse_is_kept_sealed_shown_watched_and_deleted(
    mundo: Mundo, moral: Sesion, acuse: Path, reloj: Reloj
) -> None:
    mundo.acuses.save(moral, acuse, date(2025, 6, 1))
    kept = mundo.acuses.current(moral)
    assert kept is not None
    assert (kept.nombre, kept.tipo, kept.tamano) == ("acuse REPSE.pdf", "PDF", len(PDF))
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (kept.fecha, kept.ventana.cierra) == (date(2025, 6, 1), date(2028, 5, 31))
    assert kept.estado is EstadoRepse.VIGENTE
    assert mundo.acuses.content(moral).contenido == PDF
    with mundo.store.read() as db:
        assert PDF[:20] not in db.scalars(select(AcuseRow)).one().contenido_sellado

    reloj.advance(days=(date(2028, 5, 30) - date(2026, 3, 2)).days)
    soon = mundo.acuses.current(moral)
    assert soon is not None
    assert soon.estado is EstadoRepse.ULTIMO_MES

    mundo.acuses.delete(moral)
    assert mundo.acuses.current(moral) is None
    for missing in (
        mundo.acuses.content,
        mundo.acuses.delete,
        lambda sesion: mundo.acuses.change_fecha(sesion, date(2025, 6, 1)),
    ):
        with pytest.raises(UserFacingError, match="Todavía no hay un acuse guardado"):
            missing(moral)
    # The first steps were done once: taking the acuse away does not send anybody back.
    assert mundo.contratistas.informacion(moral).paso is PasoContratista.COMPLETO


def test_only_the_date_of_an_acuse_can_be_changed(mundo: Mundo, moral: Sesion, acuse: Path) -> None:
    mundo.acuses.save(moral, acuse, date(2025, 6, 1))
    kept = mundo.acuses.current(moral)
    assert kept is not None
    assert mundo.acuses.change_fecha(moral, date(2025, 7, 1)) is PasoContratista.COMPLETO
    changed = mundo.acuses.current(moral)
    assert changed == replace(
        kept,
        fecha=date(2025, 7, 1),
        ventana=VentanaRepse(date(2025, 7, 1)),
        aviso="Vigente. Se renueva del 01/04/2028 al 30/06/2028.",
    )
    assert mundo.acuses.content(moral).contenido == PDF
    with mundo.store.read() as db:
        lines = [(row.accion, row.detalle) for row in db.scalars(select(BitacoraRow))]
    assert (
        lines.count(("cambio de acuse REPSE", "Fecha de registro o de la última renovación")) == 1
    )
    with pytest.raises(InvalidInputError, match="todavía no llega") as refused:
        mundo.acuses.change_fecha(moral, date(2026, 3, 3))
    assert refused.value.campo == "fecha"
    assert mundo.acuses.current(moral) == changed


@pytest.mark.parametrize(
    ("content", "fecha", "campo", "sentence"),
    [
        (PDF[:-30], date(2025, 6, 1), "archivo", "incompleto o dañado"),
        (PDF + b"\0" * (10 * 1024 * 1024), date(2025, 6, 1), "archivo", "más de 10 MB"),
        (PDF, date(2026, 3, 3), "fecha", "todavía no llega"),
        (PDF, date(2021, 5, 23), "fecha", "existe desde el 24/05/2021"),
        (PDF, date(2023, 3, 1), "fecha", "El registro venció el 01/03/2026"),
    ],
)
def test_a_wrong_acuse_is_refused_and_the_former_one_stays(
    mundo: Mundo,
    moral: Sesion,
    tmp_path: Path,
    content: bytes,
    fecha: date,
    campo: str,
    sentence: str,
) -> None:
    before = mundo.acuses.current(moral)
    path = tmp_path / "otro.pdf"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=sentence) as refused:
        mundo.acuses.save(moral, path, fecha)
    assert refused.value.campo == campo
    assert mundo.acuses.current(moral) == before


def test_an_acuse_that_is_not_there_is_refused(mundo: Mundo, moral: Sesion) -> None:
    with pytest.raises(InvalidInputError, match="no se puede leer"):
        mundo.acuses.inspect(moral, Path("/no/existe.pdf"))
    with pytest.raises(InvalidInputError, match="no se puede leer"):
        mundo.acuses.inspect(moral, Path("con\0nulo.pdf"))


def test_what_is_shown_before_saving_is_the_file(mundo: Mundo, moral: Sesion, acuse: Path) -> None:
    chosen = mundo.acuses.inspect(moral, acuse)
    assert (chosen.nombre, chosen.tipo, chosen.contenido) == (
        "acuse REPSE.pdf",
        TipoDocumento.PDF,
        PDF,
    )


@pytest.mark.parametrize("tipo", [TipoDocumento.PDF, TipoDocumento.PNG])
def test_a_document_is_drawn_by_its_kind(tipo: TipoDocumento) -> None:
    contenido = pdf() if tipo is TipoDocumento.PDF else png()
    pages = open_document(ArchivoElegido("acuse", tipo, contenido))
    try:
        assert pages.count(NoProgress()) == 1
        assert pages.picture(0, 40, NoProgress()).ancho == 40
    finally:
        pages.close()
