"""CFDI de nómina are read node by node; what is no receipt is named and the others go on."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from icsoe_desktop.domain.confronta.persona import ArchivoFuera, Recibo, nss_of, registro_of
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.cfdi import lectura, nodos
from icsoe_desktop.gateways.cfdi.lectura import Leido, Observado, OtroArchivo, read_receipts
from icsoe_desktop.gateways.cfdi.nodos import read_nodes
from icsoe_desktop.gateways.isolation import client
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.conftest import ROOT
from tests.support.cfdi import NOMINA, Cfdi, NodoNomina
from tests.support.progreso import Stop

SAMPLES = Path(os.environ.get("ICSOE_SHARED", "")) / "datos" / "cfdi"
FIELDS = Recibo._fields


def read(*paths: Path) -> list[Leido]:
    return list(read_receipts(paths, NoProgress()))


def recibos(*paths: Path) -> list[Recibo]:
    return [each for each in read(*paths) if isinstance(each, Recibo)]


def written(path: Path, one: Cfdi = Cfdi()) -> Path:  # noqa: B008 - frozen
    path.write_text(one.xml(), "utf-8")
    return path


def refused(data: bytes) -> str:
    with pytest.raises(InvalidInputError) as caught:
        read_nodes(data)
    return caught.value.message


@pytest.mark.parametrize("version", ["3.3", "4.0"])
def test_every_value_of_a_receipt_is_read(tmp_path: Path, version: str) -> None:
    one = Cfdi(
        version=version,
        nombre="JOSÉ  MUÑOZ\nÁVILA",
        sustituye=("0b7f6c1e-1111-2222-3333-444455556666",),
        nominas=(
            NodoNomina(
                registro_patronal="Y12-34567-10-1", dias="14.5", pago=date(2025, 11, 3),
                percepciones=("001", "023"), incapacidad=3,
            ),
        ),
    )  # fmt: skip
    path = written(tmp_path / "recibo.xml", one)
    assert recibos(path) == [
        Recibo(
            archivo="recibo.xml",
            uuid="6F1A2B3C-4D5E-4F60-8A7B-9C0D1E2F3A4B",
            rfc_emisor="EKU9003173C9",
            registro_patronal="Y123456710",
            nss="12345678903",
            curp="HEGG560427MVZRRL04",
            rfc="XOJI740919U48",
            nombre="JOSÉ MUÑOZ ÁVILA",
            tipo="O",
            inicial=date(2025, 10, 1).toordinal(),
            final=date(2025, 10, 15).toordinal(),
            pago=date(2025, 11, 3).toordinal(),
            dias=14_500,
            regimen="02",
            contrato="01",
            base=50_000,
            integrado=52_260,
            inicio=date(2020, 1, 6).toordinal(),
            separacion=True,
            incapacidad=3,
            sustituye=("0B7F6C1E-1111-2222-3333-444455556666",),
            jornada="01",
        )
    ]


def test_every_node_counts_and_what_is_missing_is_empty(tmp_path: Path) -> None:
    bare = NodoNomina(
        registro_patronal="", nss="000000", tipo="E", inicio=None, contrato="99", jornada="",
        base="", integrado="0.00", regimen="13", percepciones=("022", "025"),
    )  # fmt: skip
    first, second = recibos(written(tmp_path / "a.xml", Cfdi(nominas=(NodoNomina(), bare))))
    assert first.uuid == second.uuid
    assert (first.base, first.separacion) == (50_000, False)
    assert (second.registro_patronal, second.nss, second.inicio, second.jornada) == ("", "", 0, "")
    assert (second.base, second.integrado, second.separacion) == (None, None, True)
    assert (second.tipo, second.regimen, second.contrato) == ("E", "13", "99")


def test_a_relation_of_another_kind_replaces_nothing() -> None:
    text = Cfdi(sustituye=["A" * 36]).xml().replace('TipoRelacion="04"', 'TipoRelacion="01"')
    rows, _ = read_nodes(text.encode())
    assert rows[0][FIELDS.index("sustituye") - 1] == ""


def test_what_an_addenda_holds_is_not_read() -> None:
    other = Cfdi(emisor="AAA010101AAA", nombre="OTRO").xml().partition("?>")[2]
    text = Cfdi().xml().replace(
        "</cfdi:Comprobante>", f"<cfdi:Addenda>{other}</cfdi:Addenda></cfdi:Comprobante>"
    )  # fmt: skip
    assert read_nodes(text.encode()) == read_nodes(Cfdi().xml().encode())


def test_prefixes_and_the_place_of_namespaces_mean_nothing() -> None:
    text = Cfdi().xml()
    plain = text.replace("nomina12:", "n:").replace("xmlns:nomina12", "xmlns:n")
    inner = text.replace(f' xmlns:nomina12="{NOMINA}"', "").replace(
        "<nomina12:Nomina ", f'<nomina12:Nomina xmlns:nomina12="{NOMINA}" '
    )
    swapped = text.replace("cfdi:", "nomina12x:").replace("xmlns:cfdi", "xmlns:nomina12x")
    for other in (plain, inner, swapped):
        assert other != text
        assert read_nodes(other.encode()) == read_nodes(text.encode())


def test_3_2_with_small_letters_is_read() -> None:
    text = Cfdi(version="3.3").xml().replace(' Rfc="', ' rfc="').replace(' Nombre="', ' nombre="')
    assert read_nodes(text.encode()) == read_nodes(Cfdi(version="3.3").xml().encode())


ENIE = Cfdi(nombre="MUÑOZ PEÑA")


@pytest.mark.parametrize(
    ("data", "remark"),
    [
        (ENIE.xml().encode(), ""),
        (b"\xef\xbb\xbf" + ENIE.xml().encode(), ""),
        (ENIE.xml().replace("UTF-8", "UTF-16").encode("utf-16"), ""),
        (ENIE.xml().replace("UTF-8", "ISO-8859-1").encode("latin-1"), ""),
        (ENIE.xml().replace("UTF-8", "windows-1252").encode("cp1252"), ""),
        (ENIE.xml().encode("latin-1"), nodos.OTHER_ENCODING),
        (ENIE.xml().partition("?>")[2].strip().encode("latin-1"), nodos.OTHER_ENCODING),
        (ENIE.xml().replace("UTF-8", "ISO-8859-1").encode(), nodos.OTHER_ENCODING),
        (ENIE.xml().replace("UTF-8", "utf-7").encode(), nodos.OTHER_ENCODING),
        # One letter in cp1252 and another in UTF-8.
        (ENIE.xml().encode().replace("Ñ".encode(), b"\xd1", 1), nodos.OTHER_ENCODING),
        (
            ENIE.xml().replace("MUÑOZ", "MUÑOZ&#x1F;").encode().replace(b"&#x1F;", b"&#x1F; "),
            nodos.BAD_CHARACTERS,
        ),
    ],
)
def test_whatever_the_file_says_of_its_letters_they_are_read(data: bytes, remark: str) -> None:
    rows, told = read_nodes(data)
    assert " ".join(rows[0][FIELDS.index("nombre") - 1].split()) == "MUÑOZ PEÑA"
    assert told == remark


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", nodos.EMPTY),
        (b"<a/>", nodos.NOT_CFDI),
        (Cfdi().xml().encode()[:900], nodos.DAMAGED),
        (Cfdi().xml().replace("http://www.sat.gob.mx/nomina12", "x").encode(), nodos.NOT_NOMINA),
        (
            Cfdi().xml().replace(NOMINA, "http://www.sat.gob.mx/nomina").encode(),
            nodos.OLD_NOMINA,
        ),
        (Cfdi(nominas=[NodoNomina()] * 101).xml().encode(), nodos.TOO_MANY),
        (Cfdi(sustituye=["A" * 36] * 101).xml().encode(), nodos.TOO_MANY),
        (Cfdi().xml().replace("MXN", "&peso;").encode(), nodos.DAMAGED),
    ],
)
def test_what_is_no_receipt_is_refused_with_the_reason(data: bytes, sentence: str) -> None:
    assert refused(data) == sentence


def test_folders_and_zips_are_walked_and_the_rest_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "octubre"
    (folder / "q1").mkdir(parents=True)
    written(folder / "q1" / "b.XML")
    written(folder / "q1" / "sin extensión")
    (folder / "a.pdf").write_bytes(b"%PDF-1.7")
    (folder / "emision.dat").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    (folder / "lista.txt").write_text("NSS;Salario\n12345678903;500\n")
    (folder / "nada.bin").write_bytes(b"\0\1\2")
    (folder / "vacío").touch()
    with zipfile.ZipFile(folder / "q2.zip", "w") as archive:
        archive.writestr("x/uno.xml", Cfdi(uuid="2" * 8 + "-2222-2222-2222-" + "2" * 12).xml())
        archive.writestr("x/uno.pdf", b"%PDF-1.7")
        archive.writestr("y.csv", "NSS,Salario\n1,2")
    found = read(folder, tmp_path / "no está.xml")
    assert [each.archivo for each in found if isinstance(each, Recibo)] == [
        "octubre/q1/b.XML",
        "octubre/q1/sin extensión",
        "octubre/q2.zip/x/uno.xml",
    ]
    assert {(each.path, each.clase) for each in found if isinstance(each, OtroArchivo)} == {
        (folder / "emision.dat", "xls"),
        (folder / "lista.txt", "hoja"),
    }
    out = {each.archivo: each.motivo for each in found if isinstance(each, ArchivoFuera)}
    assert list(out) == [
        "octubre/a.pdf",
        "octubre/nada.bin",
        "octubre/q2.zip/x/uno.pdf",
        "octubre/q2.zip/y.csv",
        "octubre/vacío",
        "no está.xml",
    ]
    assert all(each.endswith(".") for each in out.values())


def test_an_emission_that_excel_saved_again_is_told_from_a_sheet(tmp_path: Path) -> None:
    for name, sheet in (("a.xlsx", "Movimientos EMA Octubre 2025"), ("b.xlsx", "Nómina EMA")):
        book = openpyxl.Workbook()
        book.create_sheet(sheet)
        book.save(tmp_path / name)
    found = read(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    assert [each.clase for each in found if isinstance(each, OtroArchivo)] == ["xls", "hoja"]


def test_a_remark_comes_before_its_receipt(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(ENIE.xml().encode("latin-1"))
    remark, recibo = read(tmp_path / "a.xml")
    assert remark == Observado("a.xml", nodos.OTHER_ENCODING)
    assert isinstance(recibo, Recibo)
    assert recibo.nombre == "MUÑOZ PEÑA"


def test_it_is_cancelled_at_a_report(tmp_path: Path) -> None:
    for at in range(40):
        written(tmp_path / f"{at}.xml")
    with pytest.raises(Cancelled):
        list(read_receipts([tmp_path], Stop()))


def in_a_child_that(
    monkeypatch: pytest.MonkeyPatch, does: str, silence_s: float | None = None
) -> None:
    """The child does `does` where it reads a file that holds «MATA»."""
    code = (
        f"import sys, os, time; sys.path.insert(0, {str(ROOT)!r})\n"
        "from icsoe_desktop.gateways.cfdi import recorrido\n"
        "from icsoe_desktop.gateways.isolation.child import main\n"
        "honest = recorrido.read_nodes\n"
        "def read(data):\n"
        f"    if b'MATA' in data: {does}\n"
        "    return honest(data)\n"
        "recorrido.read_nodes = read\n"
        "main(sys.argv[1:])\n"
    )
    monkeypatch.setattr(client, "child_command", lambda: [sys.executable, "-I", "-c", code])
    if silence_s is not None:
        monkeypatch.setattr(lectura, "SILENCE_S", silence_s)


def test_what_no_child_survives_is_named_and_all_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_child_that(monkeypatch, "os._exit(9)")
    one = tmp_path / "uno"
    one.mkdir()
    for at in range(5):
        written(one / f"{at}.xml")
    two = tmp_path / "dos.zip"
    with zipfile.ZipFile(two, "w") as archive:
        for at in range(5):
            archive.writestr(f"{at}.xml", Cfdi(nominas=(NodoNomina(), NodoNomina())).xml())
        archive.writestr("3b.xml", Cfdi(nombre="MATA").xml())
        archive.writestr("9.xml", Cfdi().xml())
    written(one / "2b.xml", Cfdi(nombre="MATA"))
    found = read(one, two, written(tmp_path / "tres.xml"))
    out = [each for each in found if isinstance(each, ArchivoFuera)]
    assert [each.archivo for each in out] == ["uno/2b.xml", "dos.zip/3b.xml"]
    names = [each.archivo for each in found if isinstance(each, Recibo)]
    assert names == [
        *(f"uno/{at}.xml" for at in range(5)),
        *(f"dos.zip/{at}.xml" for at in range(5) for _ in range(2)),
        "dos.zip/9.xml",
        "tres.xml",
    ]


def test_a_share_that_stops_answering_is_named_and_all_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A child of a busy machine takes its time to begin.
    in_a_child_that(monkeypatch, "time.sleep(60)", silence_s=5.0)
    for at in range(3):
        written(tmp_path / f"{at}.xml", Cfdi(nombre="MATA" if at == 1 else "ANA"))
    found = read(tmp_path)
    assert [(type(each), each.archivo[-5:]) for each in found] == [
        (Recibo, "0.xml"),
        (ArchivoFuera, "1.xml"),
        (Recibo, "2.xml"),
    ]


def test_a_folder_that_loses_several_children_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_child_that(monkeypatch, "os._exit(9)")
    one = tmp_path / "uno"
    one.mkdir()
    for at in range(9):
        written(one / f"{at}.xml", Cfdi(nombre="MATA"))
    found = read(one, written(tmp_path / "dos.xml"))
    out = [each for each in found if isinstance(each, ArchivoFuera)]
    assert [each.archivo for each in out] == ["uno/0.xml", "uno/1.xml", "uno/2.xml", "uno"]
    assert out[-1].motivo == lectura.STOPPED
    assert [each.archivo for each in found if isinstance(each, Recibo)] == ["dos.xml"]


def test_a_child_that_dies_at_once_is_not_asked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "child_command", lambda: [sys.executable, "-c", "pass"])
    paths = [written(tmp_path / f"{at}.xml") for at in range(2)]
    found = read(*paths)
    assert [type(each) for each in found] == [ArchivoFuera, ArchivoFuera]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="sin los recibos de muestra de ICSOE_SHARED")
def test_the_samples_of_other_writers_are_read_without_a_wrong_value() -> None:
    """Each value against ElementTree, which nothing here uses to read."""
    files = sorted(SAMPLES.glob("*.xml"))
    assert len(files) == 9
    found = recibos(*files)
    assert [each.archivo for each in found] == [path.name for path in files]
    for path, one in zip(files, found, strict=True):
        root = ElementTree.parse(path).getroot()  # noqa: S314 - our own samples
        nomina = next(root.iter(f"{{{NOMINA}}}Nomina"))
        worker = nomina.find(f"{{{NOMINA}}}Receptor")
        employer = nomina.find(f"{{{NOMINA}}}Emisor")
        receptor = next(each for each in root if each.tag.endswith("}Receptor"))
        emisor = next(each for each in root if each.tag.endswith("}Emisor"))
        assert worker is not None
        stamp = next(
            root.iter("{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"), None
        )
        uuid = "" if stamp is None else stamp.attrib["UUID"].upper()
        registro = "" if employer is None else employer.get("RegistroPatronal", "")

        def day(text: str | None) -> int:
            return date.fromisoformat(text).toordinal() if text else 0

        def centavos(text: str | None) -> int | None:
            return round(float(text) * 100) if text else None

        codes = [each.get("TipoPercepcion") for each in nomina.iter(f"{{{NOMINA}}}Percepcion")]
        ended = next(nomina.iter(f"{{{NOMINA}}}SeparacionIndemnizacion"), None)
        ill = [each.attrib["DiasIncapacidad"] for each in nomina.iter(f"{{{NOMINA}}}Incapacidad")]
        assert one == one._replace(
            uuid=uuid if uuid.strip("0-") else "",
            rfc_emisor=emisor.attrib["Rfc"].strip(),
            registro_patronal=re.sub("-", "", registro)[:10],
            nss=worker.attrib["NumSeguridadSocial"]
            if nss_of(worker.attrib["NumSeguridadSocial"])
            else "",
            curp=re.sub("^X[AE]XX.*", "", worker.attrib["Curp"]),
            rfc=receptor.attrib["Rfc"],
            nombre=receptor.get("Nombre", ""),
            tipo=nomina.attrib["TipoNomina"],
            inicial=day(nomina.attrib["FechaInicialPago"]),
            final=day(nomina.attrib["FechaFinalPago"]),
            pago=day(nomina.attrib["FechaPago"]),
            dias=round(float(nomina.attrib["NumDiasPagados"]) * 1000),
            regimen=worker.attrib["TipoRegimen"],
            contrato=worker.attrib["TipoContrato"],
            base=centavos(worker.get("SalarioBaseCotApor")),
            integrado=centavos(worker.get("SalarioDiarioIntegrado")),
            inicio=day(worker.get("FechaInicioRelLaboral")),
            separacion=ended is not None or not {"022", "023", "025"}.isdisjoint(codes),
            incapacidad=sum(map(int, ill)),
            jornada=worker.get("TipoJornada", ""),
        )
        assert registro_of(registro) == one.registro_patronal
