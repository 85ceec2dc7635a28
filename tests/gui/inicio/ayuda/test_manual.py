"""The manual says what the program does, in its words, and leads from every window."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date

import pytest

from icsoe_desktop.cli.answer import ErrorCode
from icsoe_desktop.cli.main import build_parser
from icsoe_desktop.domain.certificados import verificacion
from icsoe_desktop.domain.certificados.verificacion import ClaseArchivoCertificado, Verificacion
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.windows import WINDOWS, WindowEntry
from icsoe_desktop.gui.icsoe.paginas import PAGES
from icsoe_desktop.gui.inicio.ayuda.presenter import (
    PaginaManual,
    is_page,
    places_of,
    slug,
    target_of,
    without_pictures,
)
from icsoe_desktop.paths import DataFolder
from resources.herramientas import indices
from tests.conftest import ROOT
from tests.gui.inicio.ayuda.manual import MANUAL, read

ENGLISH = re.compile(
    r"\b(the|and|with|without|your|you|this|file|files|password|user|users|click|button|window"
    r"|windows (?!y|o|de)|help|save|open|close|cancel|settings|key|certificate|search)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def manual() -> dict[str, PaginaManual]:
    return read()


def test_the_index_leads_to_every_page_that_is_packed(manual: dict[str, PaginaManual]) -> None:
    assert set(manual) == {path.stem for path in MANUAL.glob("*.md")}
    for name, page in manual.items():
        assert without_pictures(assets.read_text(f":/manual/{name}.md")) == page.texto
        assert "<picture" not in page.texto
        assert page.texto.startswith("# ")


def sections(page: PaginaManual) -> set[str]:
    """The fragments that a link to this page may end in."""
    lines = page.texto.splitlines()
    return {slug(line.lstrip("# ")) for line in lines if line.startswith("#")}


def test_every_link_leads_somewhere(manual: dict[str, PaginaManual]) -> None:
    followed = 0
    for page in manual.values():
        for link in page.enlaces:
            followed += 1
            if not is_page(link):
                assert link.startswith("https://"), link
                continue
            name, section = target_of(link)
            target = manual[name] if name else page
            assert not section or section in sections(target), f"{page.nombre}: {link}"
    assert followed > 30


@pytest.mark.parametrize("entry", [*WINDOWS, *PAGES], ids=lambda entry: entry.key)
def test_every_window_of_the_registry_has_its_page(entry, manual) -> None:  # type: ignore[no-untyped-def]
    name, section = target_of(entry.help)
    assert name in manual
    assert not section or section in sections(manual[name])


def test_every_certificate_message_is_explained_in_its_words(
    manual: dict[str, PaginaManual],
) -> None:
    text = manual["certificados"].texto
    told = [
        value
        for name, value in vars(verificacion).items()
        if name.isupper() and isinstance(value, str)
    ]
    assert len(told) > 20
    day = date(2001, 2, 3)
    told += [
        verificacion.cifrado_no_admitido("…"),
        *(verificacion.vencio(day, efirma=efirma) for efirma in (True, False)),
        *(verificacion.valida_a_partir(day, efirma=efirma) for efirma in (True, False)),
        verificacion.rfc_no_corresponde("…", "…"),
        verificacion.registro_no_corresponde("…", "…"),
    ]
    for sentence in told:
        assert sentence.replace("03/02/2001", "…").rstrip(".") in text, sentence


def test_the_json_keys_of_the_manual_are_those_of_the_command(
    manual: dict[str, PaginaManual],
) -> None:
    (block,) = re.findall(r"```\n(\{.*?\})\n```", manual["linea_de_ordenes"].texto, re.DOTALL)
    of_every_command = ["orden", "exito", "error"]
    own = list(Verificacion(ClaseArchivoCertificado.OTRO).as_json())
    assert list(json.loads(block)) == [*of_every_command, *own]


def test_the_page_of_commands_is_what_the_commands_say_of_themselves(
    manual: dict[str, PaginaManual],
) -> None:
    made = indices.commands_page(build_parser())
    assert manual["ordenes"].texto == made, "run «python -m resources.herramientas.indices»"
    assert "### movimientos revisar" in made


def test_every_error_code_is_explained(manual: dict[str, PaginaManual]) -> None:
    for code in ErrorCode:
        assert f"`{code.value}`" in manual["linea_de_ordenes"].texto


def test_the_files_of_the_manual_are_those_of_the_data_folder(
    manual: dict[str, PaginaManual],
) -> None:
    folder = DataFolder(ROOT)
    for path in (folder.store, folder.envelope, folder.backups, folder.logs, folder.preferences):
        assert f"| `{path.name}` |" in manual["datos_y_seguridad"].texto


def test_what_the_manual_tells_to_choose_is_on_the_screen(manual: dict[str, PaginaManual]) -> None:
    """Every «elija **X**» names a label of a form, a menu or a dialog."""
    labels = set(labels_of_the_program())
    named = [
        (page.nombre, label)
        for page in manual.values()
        for label in re.findall(r"\b[Ee]lija \*\*(.+?)\*\*", page.texto)
    ]
    assert len(named) > 25
    assert [pair for pair in named if _plain(pair[1]) not in labels] == []


def labels_of_the_program() -> Iterator[str]:
    for form in (ROOT / "ui").glob("*.ui"):
        for text in re.findall(r"<string>(.+?)</string>", form.read_text("utf-8")):
            yield _plain(text.replace("&amp;", ""))
    for source in (ROOT / "icsoe_desktop" / "gui").rglob("*.py"):
        if source.name.startswith("ui_"):
            continue
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield _plain(node.value.replace("&", ""))


def _plain(label: str) -> str:
    return label.rstrip("….: ")


def texts(manual: dict[str, PaginaManual]) -> dict[str, str]:
    return {name: page.texto for name, page in manual.items()}


def test_the_lists_of_the_manual_follow_from_its_pages_and_the_registry(
    manual: dict[str, PaginaManual],
) -> None:
    pages = texts(manual)
    made = indices.with_lists(pages)
    kept = {name: pages[name] for name in made}
    assert made == kept, "run «python -m resources.herramientas.indices»"
    assert "| Herramientas | [Bitácora](bitacora.md) | Ctrl+B |\n" in kept["modulo"]
    assert "- [Bitácora](bitacora.md): quién hizo qué y cuándo.\n" in kept["inicio"]


def test_a_new_page_and_a_new_window_enter_the_lists_by_themselves(
    manual: dict[str, PaginaManual], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = texts(manual)
    window = WindowEntry("nueva", "&Nueva…", "", None, "&Herramientas", "Ctrl+N", "nueva#aquí")
    monkeypatch.setattr(indices, "WINDOWS", (*WINDOWS, window))
    made = indices.with_lists({**pages, "nueva": "# Nueva\n\n*Lo que hace.*\n\n## Aquí\n"})
    new = {
        name: [line for line in made[name].splitlines() if line not in pages[name].splitlines()]
        for name in made
    }
    assert new == {
        "inicio": ["- [Nueva](nueva.md): lo que hace."],
        "modulo": ["| Herramientas | [Nueva](nueva.md#aquí) | Ctrl+N |"],
    }
    with pytest.raises(ValueError, match=r"nueva\.md: falta un resumen"):
        indices.with_lists({**pages, "nueva": "# Nueva\n\nLo que hace.\n"})


def test_nothing_in_the_manual_is_english(manual: dict[str, PaginaManual]) -> None:
    for page in manual.values():
        prose = re.sub(r"```.*?```|`.*?`", "", page.texto, flags=re.DOTALL)
        prose = re.sub(r"\]\(.+?\)|\.key\b", "", prose)
        assert ENGLISH.findall(prose) == [], page.nombre


def test_words_are_found_whatever_their_accents() -> None:
    assert list(places_of("vencio SEÑAL", "Venció la señal; vencio.")) == [
        (0, 6),
        (17, 6),
        (10, 5),
    ]
    assert list(places_of("a la señal", "Venció la señal")) == [(10, 5)]


def test_sections_are_named_as_github_names_them() -> None:
    assert slug("Mensajes y qué hacer") == "mensajes-y-qué-hacer"
    assert slug("¿Cómo se hace? (1.ª vez)") == "cómo-se-hace-1ª-vez"
