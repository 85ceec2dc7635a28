"""Each sentence of law that a window, a mail or the manual says has its row in docs/fuentes.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.herramientas.test_palabras import ROOT, articles, published, read_by_people, texts_of

# What says something of law: who owes what, until when, and what it costs.
LAW: Final = re.compile(
    r"\b(LSS|LFT|RACERF|CFF|LFPDPPP|ACDO|DOF|artículos?|la ley|por ley|multas?|recargos"
    r"|capital constitutivo|cubiert[oa] desde|requiera|de oficio|UMA|salario mínimo|tope|prórroga"
    r"|(in)?hábil(es)?|naturales|(cinco|5|10|15|20|30) días (desde|siguientes|para)|en 20 días"
    r"|(cinco|tres) años|15 años|cuotas|RCV|día 17|se cancela|frontera norte|Semana Santa)\b",
    re.IGNORECASE,
)
# What a sentence says → the beginning of its row. A sentence that names an article or a
# publication needs none: `test_palabras` holds those.
ROWS: Final = {
    r"\btope\b|veces la UMA|piso|(menor que el|subió al|que el) salario mínimo": "Tope del SBC",
    r"salarios? mínimos? (y|o|de la|general|que falta|para)|mínimo nuevo|la UMA (de|del|que)\b"
    r"|Falta el salario mínimo"
    r"|salario mínimo\.\*\*|salario mínimo\*\* desde|UMA…|UMA …": "UMA desde el 1 de febrero",
    r"1 de febrero|10 de enero|primeros días de diciembre|01/02": "La UMA cambia cada 1",
    r"frontera norte|un solo salario": "La zona libre",
    r"prórroga(\*\*|, cambie|\.$)?.*(acuerdo|IDSE|certificado)|no se sabe si hubo prórroga"
    r"|90 días naturales": "La e.firma es el único",
    r"No hay prórroga|ley pide los celebrados": "Informativa: los contratos",
    r"17 no es hábil": "Informativa del ICSOE: enero",
    r"multas? .*(UMA de|según una)|multa en pesos|Multas en pesos|Estimación: multa"
    r"|en pesos con la UMA|^falta la UMA": "Multas: en pesos",
    r"251 a 300 UMA": "SISUB sin presentar",
    r"SISUB se recorre": "SISUB: los mismos",
    r"INFONAVIT.*días inhábiles|inhábiles del INFONAVIT": "Días inhábiles del INFONAVIT",
    r"prórroga es sólo de las cuotas|cuotas (el día 17|del (mes|IMSS)|siguen)": "Cuotas: el día 17",
    r"\bRCV\b": "RCV e INFONAVIT",
    r"tres años|se cancela": "Renovación del REPSE",
    r"STPS contesta": "La STPS contesta",
    r"modificación se presenta en cinco": "Modificación de salario fijo",
    r"parte fija, 5 días": "Salario mixto",
    r"baja se presenta dentro": "Baja: 5 días",
    r"cuotas de más": "Modificación",
    r"de oficio": "Enero y febrero",
    r"no está cubierto desde": "Alta",
    r"(vacaciones|prestaciones|aguinaldo|prima).* la ley|las de la ley": "Factor de integración",
    r"inhábiles del IMSS|por la ley o por ser fin|como dice la ley": "Días hábiles",
    r"Semana Santa": "Semana Santa",
    r"Por ley se presentan al IMSS|en 20 días": "Qué dice el aviso|Derechos ARCO",
    r"se conserva cinco años": "Lo presentado se conserva",
}
# What is no sentence of law, and why.
NOT_LAW: Final = {
    r"cada paso (con|y) su artículo|su artículo y desde": "says what a window or an order shows",
    r"obligaciones con fecha": "names what a list holds",
    r"días inhábiles propios": "names a window",
    r"cuotas siguen por pagarse": "the month with which a window opens",
    r"artículo 74$": "the title of a holiday, in full",
    r"zona norte, zona frontera": "what may be typed of a zone",
}
FUENTES: Final = ROOT / "docs" / "fuentes.md"
SHORTEST: Final = 5  # words; less is a label


def read_in(path: Path) -> list[str]:
    """The texts of a file. An f-string is one, with {} for its values."""
    if path.suffix == ".md":
        return path.read_text("utf-8").splitlines()
    if path.suffix != ".py":
        return texts_of(path)
    joined = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
    ]
    parts = [[getattr(part, "value", "{}") for part in node.values] for node in joined]
    inside = {part for each in parts for part in each if isinstance(part, str)}
    whole = ["".join(one if isinstance(one, str) else "{}" for one in each) for each in parts]
    return whole + [text for text in texts_of(path) if text not in inside]


def said_of_law(path: Path) -> list[str]:
    """Sentence by sentence; a row of a table is one."""
    return [
        one.strip()
        for text in read_in(path)
        for one in ([text] if text.startswith("|") else re.split(r"(?<=[.;!?])\s+|\n", text))
        if len(one.split()) >= SHORTEST and LAW.search(one)
    ]


def without_row(sentence: str) -> bool:
    if articles(sentence) or published(sentence):
        return False
    return not any(re.search(one, sentence, re.IGNORECASE) for one in (*ROWS, *NOT_LAW))


def rows() -> list[list[str]]:
    """The cells of each row about law: what, source, date, certainty."""
    source = FUENTES.read_text("utf-8")
    law = [part for part in source.split("\n## ")[1:] if re.match(r"(5|7|8|11)\.", part)]
    lines = [line for part in law for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]


def test_every_sentence_of_law_has_its_row() -> None:
    said = {
        one: str(path.relative_to(ROOT)) for path in read_by_people() for one in said_of_law(path)
    }
    assert len(said) > 150  # the reading saw them
    assert {one: path for one, path in said.items() if without_row(one)} == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "El aviso de alta tiene 10 días hábiles.",
        "La baja tardía lleva una multa de 5 UMA.",
        "El trabajador queda cubierto desde el primer día.",
        "El plazo es de 15 días naturales desde la firma.",
        "Lo que debe lleva recargos cada mes.",
        "Se presenta antes de que el Instituto lo requiera.",
    ],
)
def test_a_new_sentence_of_law_would_be_found(sentence: str) -> None:
    assert LAW.search(sentence)
    assert without_row(sentence)


def test_each_subject_has_a_row_and_is_said_somewhere() -> None:
    names = [cells[0] for cells in rows()]
    every = [one for path in read_by_people() for one in said_of_law(path)]
    for pattern, row in ROWS.items():
        assert any(re.match(row, name) for name in names), f"{row}: no such row"
        assert any(re.search(pattern, one, re.IGNORECASE) for one in every), f"{pattern}: not said"
    for pattern in NOT_LAW:
        assert any(re.search(pattern, one, re.IGNORECASE) for one in every), f"{pattern}: not said"


def test_each_row_says_its_source_its_date_and_how_sure_it_is() -> None:
    found = rows()
    assert len(found) > 40
    certain = re.compile(r"segura|probable|una fuente|Certeza")
    dated = re.compile(r"20\d\d|sin fecha: |la de cada renglón|Fecha")
    assert [
        cells
        for cells in found
        if len(cells) != 4
        or not all(cells)
        or not certain.search(cells[3])
        or not dated.search(cells[2])
    ] == []
