"""Words that no window, mail or page of the manual says, and the one that each says instead."""

from __future__ import annotations

import ast
import re
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
    r"\bponga (la|su) e\.firma (a|en) (los|cada)": "Asigne su e.firma a cada registro patronal",
    r"\blo que debo\b": "Lo que falta presentar",
    r"\bactivando de nuevo al usuario\b": "Estás reactivando al usuario",
    r"\bfolio del REPSE\b": "folio REPSE",
    r"\bexportar a excel\b": "Exportar Excel",
    r"\bexpuest[oa]s?\b|\bextemporáne|(^|, )sin cubrir\b|\ben riesgo\b": "Urge o Tarde",
}
PAGES: Final = ("docs/manual", "icsoe_desktop/gateways/correo/plantillas_correo", "README.md")


def texts_of(path: Path) -> list[str]:
    """What a person reads of a file: strings but docstrings, the strings of a form, a page."""
    source = path.read_text("utf-8")
    if path.suffix == ".ui":
        found = re.findall(r"<string[^>]*>([^<]*)</string>", source)
        return [one.replace("&amp;", "") for one in found]
    if path.suffix != ".py":
        return [re.sub(r"\s+", " ", source)]
    tree = ast.parse(source)
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


def test_every_row_of_the_sources_says_where_it_is_from_and_how_sure_it_is() -> None:
    """Each table about law: what, source or ground, certainty."""
    source = (ROOT / "docs" / "fuentes.md").read_text("utf-8")
    law = [part for part in source.split("\n## ")[1:] if re.match(r"(5|8)\.|\d+\. Datos per", part)]
    assert len(law) == 3
    rows = [line for part in law for line in part.splitlines() if line.startswith("| ")]
    bare = [row for row in rows if any(not one.strip() for one in row.strip("|").split("|"))]
    assert bare == []
    known = re.compile(r"segura|probable|una fuente|Certeza")
    assert [row for row in rows if not known.search(row.strip("| ").split("|")[-1])] == []
