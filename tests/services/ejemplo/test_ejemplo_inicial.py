"""The sample data: complete, apart, of nobody, and gone in one step."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.arranque.bootstrap import delete_sample, make_sample, open_application
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO, Vigencia
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal, Rfc
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, EstadoLote
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal
from icsoe_desktop.gateways.certificados.ejemplo import SampleAuthority
from icsoe_desktop.gateways.pdf import render_page
from icsoe_desktop.jobs import Cancelled, NoProgress
from icsoe_desktop.paths import SAMPLE_NAME, DataFolder
from icsoe_desktop.services.acceso.valores import EfirmaElegida
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas as FiltroCapturistas
from icsoe_desktop.services.certificados.service import CertificadoRefusedError
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from icsoe_desktop.services.ejemplo import guion
from icsoe_desktop.services.ejemplo.papel import print_acuse, print_constancia
from icsoe_desktop.services.movimientos.valores import TODOS, MovimientoFila, OrdenMovimientos
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import MemoryKeyring, Reloj
from tests.services.respaldo.con_respaldo import Oficina
from tests.support.progreso import Stop

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "manual" / "inicio.md"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("raiz")).sample
    make_sample(folder, NoProgress(), lambda: NOW)
    return folder


@pytest.fixture
def application(sample: DataFolder):  # type: ignore[no-untyped-def]
    application = open_application(sample, clock=lambda: NOW)
    yield application
    application.close()


@pytest.fixture
def sesion(application: Application) -> Sesion:
    return application.acceso.enter(guion.CORREO, guion.CONTRASENA)


def rows(application: Application, sesion: Sesion) -> list[MovimientoFila]:
    vista = application.movimientos.prepare(sesion, TODOS, OrdenMovimientos(), NoProgress())
    found = application.movimientos.rows(vista, 0, vista.count)
    application.movimientos.release(vista)
    return [one for one in found if one is not None]


def test_the_sample_opens_by_itself_and_says_that_it_is_one(application: Application) -> None:
    assert application.ejemplo
    assert not application.pruebas
    # Filled in on the first window: exactly one user is enabled.
    assert application.acceso.default_usuario() == guion.CORREO


def test_there_are_movements_and_lotes_in_every_state(
    application: Application, sesion: Sesion
) -> None:
    filas = rows(application, sesion)
    assert {one.estado for one in filas} == set(EstadoAviso)
    assert {one.plazo for one in filas} >= {EstadoLegal.EN_PLAZO, EstadoLegal.EXTEMPORANEO}
    assert {one.estado for one in application.lotes.all(sesion)} == set(EstadoLote)
    assert all(one.fecha <= TODAY for one in filas)


def test_what_happened_to_a_worker_is_in_its_order(
    application: Application, sesion: Sesion
) -> None:
    filas = rows(application, sesion)
    longest = max(Counter(one.nss for one in filas).items(), key=lambda item: item[1])[0]
    history = sorted((one.fecha, one.tipo.value) for one in filas if one.nss == longest)
    assert [tipo for _, tipo in history] == ["08", "07", "02"]


def test_identifiers_of_the_sample_pass_their_checks() -> None:
    for registro in guion.REGISTROS:
        assert RegistroPatronal.parse(registro).advertencias == ()
    assert Rfc.parse(guion.RFC_EMPRESA).advertencias == ()


def test_every_registro_patronal_has_a_certificate_and_one_is_about_to_expire(
    application: Application, sesion: Sesion
) -> None:
    assert not application.certificados.any_missing(sesion)
    states = [
        one.certificado.estado.vigencia
        for one in application.certificados.all(sesion)
        if one.certificado is not None
    ]
    assert states == [Vigencia.VIGENTE, Vigencia.POR_VENCER, Vigencia.VIGENTE]


def test_the_company_enters_with_its_efirma_and_has_capturistas_in_every_estatus(
    application: Application, sample: DataFolder
) -> None:
    files = sample.sample_files
    elegida = EfirmaElegida(
        guion.RFC_EMPRESA,
        guion.CONTRASENA,
        files / "efirma_ejemplo.cer",
        files / "efirma_ejemplo.key",
    )
    found = application.acceso_icsoe.verify(elegida)
    assert found.exitosa
    contratista = application.acceso_icsoe.enter(found).sesion
    assert contratista.rol is Rol.CONTRATISTA
    assert application.contratistas.informacion(contratista).paso is PasoContratista.COMPLETO
    consulta = application.consulta_capturistas
    for estatus in Estatus:
        assert consulta.count(contratista, FiltroCapturistas(estatus=estatus)) == 3
    numeros = consulta.numeros(contratista, FiltroCapturistas(estatus=Estatus.ACTIVA))
    active = consulta.rows(contratista, numeros[:1])[0]
    # The one that the manual tells to try with.
    told = re.findall(r"CURP `(\w{18})`", MANUAL.read_text("utf-8"))
    assert [active.curp] == told
    capturista = application.acceso_icsoe.enter_capturista(active.curp, guion.CONTRASENA)
    assert [one.rfc for one in application.acceso_icsoe.contratistas(capturista)] == [
        guion.RFC_EMPRESA
    ]


def test_an_informativa_is_under_way_and_its_review_says_what_it_lacks(
    application: Application, sample: DataFolder
) -> None:
    icsoe, files = application.acceso_icsoe, sample.sample_files
    pair = (files / "efirma_ejemplo.cer", files / "efirma_ejemplo.key")
    elegida = EfirmaElegida(guion.RFC_EMPRESA, guion.CONTRASENA, *pair)
    contratista = icsoe.enter(icsoe.verify(elegida)).sesion
    (fila,) = application.informativas.tablero(contratista).filas
    assert fila.estado is EstadoInformativa.EN_CAPTURA
    rows = application.contratos.rows(contratista, fila.id)
    assert [row.dentro for row in rows] == [True] * 3
    assert sorted(bool(row.trabajadores) for row in rows) == [False, True, True]
    found = application.informativas.review(contratista, fila.id, NoProgress())
    blocking = {one.contrato_id for one in found if one.bloquea}
    assert blocking == {row.id for row in rows if not row.trabajadores}


def test_the_lists_to_import_are_good_and_the_bad_one_has_one_error(
    application: Application, sesion: Sesion, sample: DataFolder
) -> None:
    service = application.importacion_movimientos
    for name, bad in (("movimientos_por_importar.txt", 0), ("movimientos_con_error.txt", 1)):
        preview = service.preview(sesion, [sample.sample_files / name], NoProgress())
        assert (preview.con_errores, preview.buenos) == (bad, guion.POR_IMPORTAR - bad)
        assert preview.duplicados_en_datos == 0
        service.discard(preview)
    files = sample.sample_files
    elegida = EfirmaElegida(
        guion.RFC_EMPRESA,
        guion.CONTRASENA,
        files / "efirma_ejemplo.cer",
        files / "efirma_ejemplo.key",
    )
    icsoe = application.acceso_icsoe
    contratista = icsoe.enter(icsoe.verify(elegida)).sesion
    vista = application.importacion_capturistas.preview(
        contratista, files / "capturistas_por_importar.csv", NoProgress()
    )
    assert [one.estado.value for one in vista.renglones] == ["Nuevo"] * guion.POR_IMPORTAR


def test_certificates_of_the_sample_are_refused_where_the_data_are_real(
    sample: DataFolder, tmp_path: Path, reloj: Reloj
) -> None:
    oficina = Oficina(tmp_path / "datos", reloj)
    files = sample.sample_files
    with oficina.open() as app:
        assert not app.ejemplo
        row = app.registros_patronales.add(
            oficina.sesion,
            registro_patronal=guion.REGISTROS[0],
            razon_social=guion.EMPRESA,
            rfc=guion.RFC_EMPRESA,
        )
        chosen = CertificadoElegido(
            row.id,
            files / "efirma_ejemplo.cer",
            files / "efirma_ejemplo.key",
            guion.RFC_EMPRESA,
            guion.CONTRASENA,
        )
        with pytest.raises(CertificadoRefusedError) as caught:
            app.certificados.save(oficina.sesion, chosen)
    assert "no fue emitido por el SAT" in caught.value.message


def test_the_sample_lies_apart_and_goes_without_touching_the_rest(
    tmp_path: Path, reloj: Reloj
) -> None:
    oficina = Oficina(tmp_path / "datos", reloj)
    before = {path: path.read_bytes() for path in oficina.folder.root.iterdir() if path.is_file()}
    sample = oficina.folder.sample
    make_sample(sample, NoProgress(), reloj)
    delete_sample(sample)
    left = {path: path.read_bytes() for path in oficina.folder.root.rglob("*") if path.is_file()}
    assert left == before
    with pytest.raises(ValueError, match="not the sample"):
        delete_sample(oficina.folder)
    assert len(oficina.names()) == 1


def test_a_sample_that_was_stopped_leaves_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with pytest.raises(Cancelled):
        make_sample(folder.sample, Stop(lambda done, *_: done == 3), lambda: NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_sample_asks_no_keyring_of_the_system(sample: DataFolder) -> None:
    other = open_application(sample, keyring=None, clock=lambda: NOW)
    other.close()
    assert MemoryKeyring().entries == {}


def test_lotes_were_made_in_office_hours_of_their_days_and_no_two_in_a_minute(
    application: Application, sesion: Sesion
) -> None:
    lotes = application.lotes.all(sesion)
    moments = [one.creado.astimezone(HORA_DE_MEXICO) for one in lotes]
    assert len({f"{moment:%Y%m%d%H%M}" for moment in moments}) == len(lotes) > 15
    assert len({moment.date() for moment in moments}) > 10
    # Of the last days some are made shortly before the sample was.
    assert all(9 <= moment.hour < 19 for moment in moments[4:])
    assert all(moment <= NOW for moment in moments)


def test_the_bitacora_of_the_sample_is_in_the_order_of_its_days(
    application: Application, sesion: Sesion
) -> None:
    with application.store.read() as db:
        moments = list(db.scalars(select(BitacoraRow.cuando).order_by(BitacoraRow.numero)))
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert application.verificacion_bitacora.verify(sesion, NoProgress()).buena


def test_one_constancia_is_applied_and_another_lies_ready(
    application: Application, sesion: Sesion, sample: DataFolder
) -> None:
    (applied,) = application.constancias.all(sesion)
    assert (applied.archivo, applied.rechazados) == ("constancia_anotada.pdf", 0)
    assert applied.aprobados > 0
    path = sample.sample_files / "constancia_por_anotar.pdf"
    vista = application.constancias.preview(sesion, path, NoProgress())
    assert vista.problemas == ()
    assert not vista.ya_aplicada
    assert vista.por_anotar == len(vista.cotejados) > 0


def test_the_sample_is_the_same_each_time(sample: DataFolder, tmp_path: Path) -> None:
    again = DataFolder(tmp_path).sample
    make_sample(again, NoProgress(), lambda: NOW)

    def seen(folder: DataFolder) -> list[tuple[object, ...]]:
        application = open_application(folder, clock=lambda: NOW)
        sesion = application.acceso.enter(guion.CORREO, guion.CONTRASENA)
        lotes = application.lotes.all(sesion)
        application.close()
        return [(one.nombre_archivo, one.creado, one.sha256) for one in lotes]

    assert seen(again) == seen(sample)


def test_salaries_of_a_printed_constancia_end_where_their_heading_ends(
    application: Application, sesion: Sesion
) -> None:
    filas = [fila for fila in rows(application, sesion) if fila.sbc is not None]
    lote = application.lotes.all(sesion)[0]
    printed = print_constancia(
        lote, filas[:9], NOW.replace(tzinfo=None), rfc="EJE000101XX3", empresa="X"
    )
    texts = re.findall(r"Tf ([\d.]+) [\d.]+ Td \((.*)\) Tj", printed.decode("cp1252"))
    letter = 4.8  # points: Courier of 8 points
    (heading,) = [float(x) + len(text) * letter for x, text in texts if text == "Salario base"]
    salaries = [(x, text) for x, text in texts if re.fullmatch(r"[\d,]+\.\d\d", text)]
    assert len(salaries) == 9
    for x, text in salaries:
        assert float(x) + len(text) * letter == pytest.approx(heading, abs=0.1)


def test_the_papers_of_the_sample_are_letter_pages_on_their_side() -> None:
    # 792 × 612 points: 11 × 8.5 inches.
    page = render_page(print_acuse(), 0, 792)
    assert (page.ancho, page.alto) == (792, 612)


def test_a_file_of_the_sample_in_a_data_folder_makes_no_sample_of_it(
    tmp_path: Path, reloj: Reloj
) -> None:
    """It made the program trust that authority, and write the key in clear beside the data."""
    authority = SampleAuthority(reloj()).certificado
    for folder in (DataFolder(tmp_path / "datos"), DataFolder(tmp_path / SAMPLE_NAME)):
        folder.root.mkdir()
        folder.sample_authority.write_bytes(authority)
        application = open_application(folder, clock=reloj)
        application.close()
        assert not application.ejemplo
        assert list(folder.root.glob("llave-*.bin")) == []
