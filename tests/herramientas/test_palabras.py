"""What windows, mails and the manual say: words that none of them says, and sentences of law.

Each article, publication and sentence of law has its row in docs/fuentes.md.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
# What is forbidden, and what is said instead.
FORBIDDEN: Final = {
    r"\b(clave )?lada\b": "10 dígitos",
    r"(celular|teléfono)\W[^.]{0,40}\W10 números": "10 dígitos",
    r"\b(opr[ií]m(a|e|en|ir|alo|ala)|puls(e|a|ar)|presione)\b": "elija",
    r"\bIntro\b": "Entrar",
    r"Ctrl\+(cero|Cero)": "Ctrl+0",
    r"(?<!^)Ctrl\+Shift": "Ctrl+Mayús",
    r"(abra|abre|envi\w+|el) (el )?(enlace|vínculo) (para|de) (crear|activ)": "liga",
    r"\b(dedazo|error de dedo)s?\b": "error de captura",
    r"(?<!aún )sin preparar": "Aún sin preparar",
    r"persona con esta CURP.*\b(búsquelo|actívelo)\b|búsquelo en consulta": "Búsquela",
    r"\blo dio de alta\b": "le dio de alta",
    r"\bsi l[oa] deselecciona\b": "si la desmarca",
    r"\bnúmero (exterior|interior)\b": "Núm. exterior",
    r"\bmunicipio / alcaldía|delegación o municipio\b": "Municipio o alcaldía",
    r"contiene \{hay\} contratos": "Declara 3 contratos y contiene 2",
    r"\baún no abre\b": "Abre el 01/01/2027",
    r"\b(obligaci(ón|ones)|informativas?|SISUB|cuotas)( \w+)? (vigentes?|en plazo)\b": "A tiempo",
    r"\bponga (la|su) e\.firma (a|en) (los|cada)": "Asigne su e.firma a cada registro patronal",
    r"\blo que debo\b": "Se debe",
    r"\bactivando de nuevo al usuario\b": "Estás reactivando al usuario",
    r"\bfolio del REPSE\b": "folio REPSE",
    r"\bexportar a excel\b": "Exportar Excel",
    r"\bexpuest[oa]s?\b|\bextemporáne|(^|, )sin cubrir\b|\ben riesgo\b": "Urge o Tarde",
}
PAGES: Final = ("docs/manual", "icsoe_desktop/gateways/correo/plantillas_correo", "README.md")


@cache
def texts_of(path: Path) -> list[str]:
    """What a person reads of a file: strings but docstrings, the strings of a form, a page."""
    source = path.read_text("utf-8")
    if path.suffix == ".ui":
        found = re.findall(r"<string[^>]*>([^<]*)</string>", source)
        return [one.replace("&amp;", "") for one in found]
    if path.suffix != ".py":
        return [re.sub(r"\s+", " ", source)]
    tree = tree_of(path)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def read_by_people() -> list[Path]:
    found = [ROOT / one for one in PAGES if (ROOT / one).is_file()]
    for folder in PAGES:
        found += [
            one for one in (ROOT / folder).rglob("*") if one.suffix in (".md", ".html", ".txt")
        ]
    found += (ROOT / "ui").glob("*.ui")
    return found + [
        one for one in (ROOT / "icsoe_desktop").rglob("*.py") if "forms" not in one.parts
    ]


def test_no_text_says_a_forbidden_word() -> None:
    said = [
        f"{path.relative_to(ROOT)}: «{found[0]}», diga «{instead}»"
        for path in read_by_people()
        for text in texts_of(path)
        for pattern, instead in FORBIDDEN.items()
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]
    assert said == []


def test_alt_g_saves_in_every_window() -> None:
    """«Agregar renglón» had the key in one of them."""
    other = [
        one.name
        for one in sorted((ROOT / "ui").glob("*.ui"))
        if re.search(
            r"<string>(?!&amp;Guardar<)(?=[^<]*&amp;)G[^<]*uardar<", one.read_text("utf-8")
        )
    ]
    assert other == []


@pytest.mark.parametrize(
    "text",
    [
        "debe tener 10, con la clave lada.",
        "Oprima Validar otra vez",
        "(Intro)",
        "Sin preparar",
        "El teléfono debe tener 10 números",
        "Lo que debo",
        "Folio del REPSE",
        "En plazo, sin cubrir",
        "Expuestos",
        "Extemporáneo.",
        "está en riesgo",
        "La Informativa está vigente",
        "aún no abre",
    ],
)
def test_each_word_that_was_mended_would_be_found(text: str) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in FORBIDDEN)


def test_every_article_that_is_named_has_its_row_in_the_sources() -> None:
    """An article of a law, in a window, a mail or the manual."""
    sources = (ROOT / "docs" / "fuentes.md").read_text("utf-8")
    known = set(articles(sources))
    named = {
        one: path.relative_to(ROOT)
        for path in read_by_people()
        for text in texts_of(path)
        for one in articles(text)
    }
    assert {one: str(path) for one, path in named.items() if one not in known} == {}


LAWS: Final = {"Seguro Social": "LSS", "Federal del Trabajo": "LFT", "ley": "LFPDPPP"}


def articles(text: str) -> list[tuple[str, str]]:
    """(LSS, 304-A): each article named after its law, without its fraction; also in full:
    «artículo 15 A de la Ley del Seguro Social».
    """
    for article, law in re.findall(
        r"art[íi]culos? (\d+[^.;()]{0,40}?) de la (?:Ley )?(?:del )?([A-Za-zé ]+)", text
    ):
        short = next((one for name, one in LAWS.items() if law.startswith(name)), law)
        written = re.sub(r"(\d) ([A-D])", r"\1-\2", article)
        text += f" {short} {written}"
    laws = r"\b(LSS|LFT|RACERF|CFF|LFPDPPP|INFONAVIT),? "
    lists = laws + r"((?:\d+(?:-[A-D]\b)?(?: Bis)?[-\s,yaIVX]{0,9})+)"
    return [
        (law, one)
        for law, found in re.findall(lists, text)
        for one in re.findall(r"\d+(?:-[A-D]\b)?(?: Bis)?", found)
    ]


def test_every_publication_that_is_named_has_its_row_in_the_sources() -> None:
    """A day of the DOF, an agreement of the Consejo, a boletín. Examples of «Fuente» apart."""
    known = published((ROOT / "docs" / "fuentes.md").read_text("utf-8"))
    named = {one for path in read_by_people() for text in texts_of(path) for one in published(text)}
    assert named - known - EXAMPLES == set()


# What a field suggests to type.
EXAMPLES: Final = {"DOF 2026-01-12", "DOF 2026-12-01", "DOF 2026-12-09"}
_MONTHS: Final = [
    "ene",
    "feb",
    "mar",
    "abr",
    "may",
    "jun",
    "jul",
    "ago",
    "sep",
    "oct",
    "nov",
    "dic",
]


def test_what_it_costs_is_said_with_its_article() -> None:
    """A fine, or capital constitutivo: each sentence names an article, or one source."""
    bare = [
        (str(path.relative_to(ROOT)), line)
        for path in read_by_people()
        for text in ([path.read_text("utf-8")] if path.suffix == ".md" else texts_of(path))
        for line in text.splitlines()
        if re.search(r"\b(multa|capital constitutivo)\b", line, re.IGNORECASE)
        and not articles(line)
        and not re.search(
            r"\{article\}|una sola fuente|Reglamento de multas|Estimación|falta la UMA", line
        )
        and "_" not in line  # a name in the program
    ]
    assert bare == []


def published(text: str) -> set[str]:
    found = set(re.findall(r"ACDO[.A-Z0-9/]+\w|Boletín \d+/\d{4}", text))
    for day, month, year in re.findall(r"DOF,? (\d{1,2})[-/](\w{2,3})[-/](\d{4})", text):
        at = int(month) if month.isdigit() else _MONTHS.index(month) + 1
        found.add(f"DOF {year}-{at:02}-{int(day):02}")
    return found


# What says something of law: who owes what, until when, and what it costs.
LAW: Final = re.compile(
    r"\b(LSS|LFT|RACERF|CFF|LFPDPPP|ACDO|DOF|artículos?|la ley|por ley|multas?|recargos"
    r"|capital constitutivo|cubiert[oa] desde|requiera|de oficio|UMA|salario mínimo|tope|prórroga"
    r"|(in)?hábil(es)?|naturales|(cinco|5|10|15|20|30) días (desde|siguientes|para)|en 20 días"
    r"|del 1 al \d+ de|conservarse \w+ años|(cinco|tres) años|15 años|cuotas|RCV|día 17"
    r"|se cancela|frontera norte|Semana Santa)\b",
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
    r"17 no es hábil|del 1 al 17": "Informativa del ICSOE: enero",
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
    joined = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.JoinedStr)]
    parts = [[getattr(part, "value", "{}") for part in node.values] for node in joined]
    inside = {part for each in parts for part in each if isinstance(part, str)}
    whole = ["".join(one if isinstance(one, str) else "{}" for one in each) for each in parts]
    return whole + [text for text in texts_of(path) if text not in inside]


@cache
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


# How many UMA, days or years a sentence of law says.
FIGURE: Final = re.compile(
    r"\d[\d,]* a \d[\d,]* UMA|\d+ UMA|(?:día|transitorio) \d+"
    r"|\d+ (?:días(?: hábiles| naturales)?|años)"
)
NUMBERS: Final = {"tres": "3", "cinco": "5", "diez": "10", "quince": "15", "veinte": "20"}


def figures(text: str) -> set[str]:
    for word, number in NUMBERS.items():
        text = re.sub(rf"\b{word}\b", number, text, flags=re.IGNORECASE)
    text = re.sub(r"del 1 al (\d+) de", r"día \1", text)
    text = re.sub(r"(\d+)(?:\.º día hábil| primeros días hábiles)", r"\1 días hábiles", text)
    return set(FIGURE.findall(text))


def unknown_figures(text: str) -> set[str]:
    known = figures(FUENTES.read_text("utf-8"))
    return figures(text) - known - {" ".join(one.split()[:2]) for one in known}


def test_each_figure_of_law_is_one_of_the_sources() -> None:
    said = {one for path in read_by_people() for one in said_of_law(path)}
    assert {one: wrong for one in said if (wrong := unknown_figures(one))} == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Multa de 20 a 300 UMA (LSS 304-A II).",
        "Alta: 6 días hábiles desde el inicio (LSS 15-I).",
        "Debe conservarse diez años (LSS 15, fracción II).",
    ],
)
def test_a_wrong_figure_would_be_found(sentence: str) -> None:
    assert unknown_figures(sentence)


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
