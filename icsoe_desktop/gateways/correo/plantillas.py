"""Mail templates: shipped with the program; files in the data folder replace them.

A template is two files of one name: `.txt`, whose first line is «Asunto: …», and `.html`, which
is put into `marco.html`. Fields such as `{nombre}` are filled in. The shipped template replaces a
file that cannot be read or that has unknown fields.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Mapping
from pathlib import Path

from icsoe_desktop.domain.correo import ENCODED_WORD, MAX_SUBJECT_LENGTH, MensajeCorreo
from icsoe_desktop.regular_file import open_regular

logger = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("plantillas_correo")
MAX_BYTES = 64 * 1024
FRAME = "marco.html"
_SUBJECT = re.compile(r"\s*Asunto:[ \t]*(\S[^\r\n]*)(?:\r?\n)+")
_FIELD = re.compile(r"\{(\w+)\}")


class TemplateError(ValueError):
    """The template cannot be used. The message never contains field values."""


class MailTemplates:
    """folder: the user's own templates; None uses only the shipped ones."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def mensaje(self, name: str, para: str, values: Mapping[str, str]) -> MensajeCorreo:
        """The mail of the template `name` with its fields filled in.

        values: every field that the template may use. Raises InvalidInputError only for a bad
        address.
        """
        asunto, texto = self._text(name, values)
        return MensajeCorreo(
            para=para, asunto=asunto, texto=texto, html=self._html(name, asunto, values)
        )

    def _text(self, name: str, values: Mapping[str, str]) -> tuple[str, str]:
        for source in self._sources(f"{name}.txt"):
            try:
                read = _read(source)
                subject = _SUBJECT.match(read)
                if subject is None:
                    raise TemplateError("the first line is not «Asunto: …»")
                if ENCODED_WORD in subject.group(1):
                    raise TemplateError("the subject has an encoded word")
                asunto = _filled(subject.group(1).strip(), values)
                # A company's name may hold one; it still gets its mail.
                asunto = asunto.replace(ENCODED_WORD, "= ?")
                if len(asunto) > MAX_SUBJECT_LENGTH:
                    raise TemplateError("the subject is too long")
                texto = _filled(read[subject.end() :], values)
                if not texto.strip():
                    raise TemplateError("there is no text")
            except (OSError, ValueError) as error:
                self._pass_over(source, error)
                continue
            return asunto, texto
        raise TemplateError(f"{name} is missing")

    def _html(self, name: str, asunto: str, values: Mapping[str, str]) -> str:
        escaped = {field: html.escape(value) for field, value in values.items()}
        content = self._first(f"{name}.html", escaped)
        return self._first(FRAME, {"asunto": html.escape(asunto), "contenido": content})

    def _first(self, file_name: str, values: Mapping[str, str]) -> str:
        for source in self._sources(file_name):
            try:
                return _filled(_read(source), values)
            except (OSError, ValueError) as error:
                self._pass_over(source, error)
        raise TemplateError(f"{file_name} is missing")

    def _sources(self, file_name: str) -> tuple[Path, ...]:
        shipped = SHIPPED / file_name
        own = None if self._folder is None else self._folder / file_name
        return (own, shipped) if own is not None and own.exists() else (shipped,)

    def _pass_over(self, source: Path, error: Exception) -> None:
        if source.parent == SHIPPED:
            raise error
        reason = error if isinstance(error, TemplateError) else type(error).__name__
        logger.warning("mail template %s passed over: %s", source.name, reason)


def _read(path: Path) -> str:
    with open_regular(path) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TemplateError("it is too large")
    text = content.decode("utf-8-sig")
    if "\0" in text:
        raise TemplateError("it is no text")
    return text


def _filled(template: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found.group(1) not in values:
            raise TemplateError("it names a field that this mail does not have")
        return values[found.group(1)]

    return _FIELD.sub(value, template)
