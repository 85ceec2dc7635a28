"""Streams the records of an XML table: elements of depth two, with their fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat

from icsoe_desktop.gateways.hojas.comun import damaged

MAX_DEPTH = 20
MAX_FIELDS = 100
MAX_TEXT = 2_000  # characters of one field
# Older expats parse an unfinished tag or comment anew with every chunk.
MAX_UNFINISHED_BYTES = 2**18
_CHUNK = 2**16
_RECORD, _FIELD = 2, 3  # depth of the elements


class Watch(Protocol):
    def at(self, position: int) -> None: ...


def read_xml_records(
    file: IO[bytes], watch: Watch
) -> tuple[str, Iterator[tuple[int, dict[str, str]]]]:
    """(declared encoding, records). A record: (line, element name → text).

    Raises InvalidInputError, here or while reading, if the XML is not well-formed.
    """
    parser = _Parser()
    parser.feed(file.read(_CHUNK))
    return parser.encoding, _records(parser, file, watch)


def _records(
    parser: _Parser, file: IO[bytes], watch: Watch
) -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        yield from parser.take()
        chunk = file.read(_CHUNK)
        parser.feed(chunk)
        if not chunk:
            yield from parser.take()
            return
        watch.at(file.tell())


class _Parser:
    def __init__(self) -> None:
        self.encoding = "UTF-8"
        self._ready: list[tuple[int, dict[str, str]]] = []
        self._depth = 0
        self._line = 0
        self._fields: dict[str, str] = {}
        self._name = ""
        self._text: list[str] = []
        self._length = 0
        self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._on_declaration
        # Entity expansion needs a DOCTYPE, and no export has one.
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end
        self._parser.CharacterDataHandler = self._on_text

    def feed(self, chunk: bytes) -> None:
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, not chunk)
            if self._fed - self._parser.CurrentByteIndex > MAX_UNFINISHED_BYTES:
                raise damaged()
        except (expat.ExpatError, ValueError, LookupError):
            raise damaged() from None

    def take(self) -> list[tuple[int, dict[str, str]]]:
        ready, self._ready = self._ready, []
        return ready

    def _on_declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "UTF-8").upper()

    def _on_doctype(self, *_args: object) -> None:
        raise damaged()

    def _on_start(self, name: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise damaged()
        if self._depth == _RECORD:
            self._fields = {}
            self._line = self._parser.CurrentLineNumber
        elif self._depth == _FIELD:
            self._name = name.rpartition(":")[2]
            self._text = []
            self._length = 0

    def _on_end(self, _name: str) -> None:
        if self._depth == _FIELD:
            self._fields[self._name] = "".join(self._text)
            if len(self._fields) > MAX_FIELDS:
                raise damaged()
        elif self._depth == _RECORD and self._fields:
            self._ready.append((self._line, self._fields))
        self._depth -= 1

    def _on_text(self, text: str) -> None:
        if self._depth != _FIELD:
            return
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise damaged()
        self._text.append(text)
