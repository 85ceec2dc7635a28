"""The texts of mails: the office's own before the shipped ones, never a broken one."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from icsoe_desktop.gateways.correo.borrador import as_draft
from icsoe_desktop.gateways.correo.plantillas import SHIPPED, MailTemplates

VALUES = {
    "nombre": "Íñiga",
    "contratista": "Talleres",
    "siguiente": "Después.",
    "liga": "icsoe://activar/x",
    "codigo": "X-X",
    "vence": "mañana",
    "cuando": "hoy",
    "numero": "3",
    "cuantas": "3 cosas vencen pronto",
    "lista": "15/12/2026 · e.firma, Talleres: renuévela",
}


def test_every_shipped_mail_fills_in_and_names_only_what_it_gets() -> None:
    plantillas = MailTemplates()
    names = sorted(path.stem for path in SHIPPED.glob("*.txt"))
    assert len(names) == 8
    for name in names:
        mensaje = plantillas.mensaje(name, "a@ejemplo.mx", VALUES)
        assert not re.search(r"\{\w+\}", mensaje.asunto + mensaje.texto + (mensaje.html or ""))
        assert mensaje.html is not None
        assert mensaje.html.startswith("<!DOCTYPE html>")
        assert not mensaje.texto.startswith("\n")
        assert max(map(len, mensaje.texto.splitlines())) <= 100


def test_the_text_and_the_html_name_the_same_fields() -> None:
    for text in SHIPPED.glob("*.txt"):
        fields = [
            set(re.findall(r"\{(\w+)\}", each.read_text("utf-8")))
            for each in (text, text.with_suffix(".html"))
        ]
        assert fields[0] == fields[1], text.stem


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"sin asunto\n\nHola", "first line"),
        (b"Asunto: Hola\n\n{secreto}", "names a field"),
        (b"Asunto: {secreto}\n\nHola", "names a field"),
        (b"Asunto: Hola\n\n  \n", "no text"),
        ("Asunto: Hola\n\nÑandú".encode("latin-1"), "UnicodeDecodeError"),
        (b"Asunto: " + b"x" * 300 + b"\n\nHola", "too long"),
        (b"Asunto: Hola\n\n" + b"x" * 70_000, "too large"),
        (b"Asunto: Hola\n\n\0", "no text"),
        (b"", "first line"),
        (b"Asunto: =?utf-8?q?Hola=0D=0ABcc:_x=40ejemplo.mx?=\n\nHola", "encoded word"),
    ],
)
def test_a_broken_own_text_is_passed_over_and_said_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes, reason: str
) -> None:
    (tmp_path / "crear_contrasena.txt").write_bytes(content)
    mensaje = MailTemplates(tmp_path).mensaje("crear_contrasena", "a@ejemplo.mx", VALUES)
    assert mensaje == MailTemplates().mensaje("crear_contrasena", "a@ejemplo.mx", VALUES)
    [record] = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert reason in record.getMessage()
    assert "Íñiga" not in record.getMessage()


def test_braces_that_are_no_field_stay(tmp_path: Path) -> None:
    (tmp_path / "marco.html").write_text("<style>p { color: red }</style>{contenido}", "utf-8")
    html = MailTemplates(tmp_path).mensaje("crear_contrasena", "a@ejemplo.mx", VALUES).html
    assert html is not None
    assert html.startswith("<style>p { color: red }</style><p>Hola, Íñiga:")


def test_a_company_whose_name_looks_encoded_gets_its_mail(tmp_path: Path) -> None:
    (tmp_path / "crear_contrasena.txt").write_text("Asunto: {contratista}\n\nHola", "utf-8")
    values = VALUES | {"contratista": "=?utf-8?q?A=0D=0ABcc:_x=40ejemplo.mx?="}
    mensaje = MailTemplates(tmp_path).mensaje("crear_contrasena", "a@ejemplo.mx", values)
    assert mensaje.asunto.startswith("= ?utf-8?q?A")
    assert b"\r\nBcc" not in as_draft(mensaje)
