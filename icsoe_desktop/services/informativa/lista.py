"""Reads contracts from pasted cells or from a sheet, checks each row, and saves the new ones."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.contrato import (
    CAMPOS_CONTRATANTE,
    CAMPOS_FOLIO_REPSE,
    CAMPOS_LISTA,
    NO_START,
    Contratante,
    DatosContrato,
    FolioRepse,
    check_contrato,
)
from icsoe_desktop.domain.icsoe.domicilio import EMPTY, TEXT_FIELDS, Domicilio, with_texts
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import SheetFile, SheetInMemory
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.celdas import read_fecha
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.filas import contratantes_of, datos_of, folios_of, mine
from icsoe_desktop.services.listas import (
    EstadoRenglon,
    HallazgoCelda,
    RenglonLista,
    ResultadoLista,
    VistaPreviaLista,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.informativa import ContratoRow

RenglonContrato = RenglonLista[DatosContrato, DatosContrato]
VistaPreviaContratos = VistaPreviaLista[DatosContrato, DatosContrato]

# A file, or what was copied.
Lista = SheetFile
MAX_CONTRATOS: Final = 2_000
PASTED: Final = "Lo copiado"
_NO_CONTROLS: Final = {at: None for at in (*range(32), 127) if chr(at) not in "\t\r\n"}
DAYS: Final = ("inicio", "fin", "modificaciones")
NO_COLUMNS: Final = (
    "No se encontró la columna {campos}. No se agregó nada. Copie también el renglón con los "
    "nombres de las columnas; «Copiar» en la lista de contratos da todos."
)
NO_ROWS: Final = "No hay contratos debajo de los nombres de las columnas. No se agregó nada."
NOT_A_DAY: Final = "Esa fecha no existe o no está escrita como dd/mm/aaaa. Revísela."
WITH_PROBLEMS: Final = (
    "La lista tiene renglones con problemas. No se agregó nada. Corríjalos, o elija agregar sólo "
    "los correctos."
)
STALE: Final = (
    "Los contratos cambiaron desde que se leyó la lista. No se agregó nada. Péguela otra vez."
)
KNOWN: Final = "Ya está en la lista de contratos; no se agrega otra vez."
SAME: Final = "Es el mismo contrato que el del renglón {linea}; se agrega una sola vez."


def pasted(text: str) -> SheetInMemory:
    """Rows of the clipboard, for `preview`, without signs of control."""
    return SheetInMemory(PASTED, text.translate(_NO_CONTROLS).encode("utf-8", "replace"))


class ListaContratosService:
    def __init__(self, store: Store, contratos: ContratosService) -> None:
        self._store = store
        self._contratos = contratos

    def copied(self, sesion: Sesion, ids: tuple[uuid.UUID, ...]) -> str:
        """The contracts with every column of a list, as Excel pastes them and `preview` reads."""
        columns = [each for each in CAMPOS_LISTA.at(Place.SHEET) if each.name != "domicilio"]
        with self._store.read() as db:
            contratista = mine(db, sesion)
            lines = [[each.title(Place.SHEET) for each in columns]]
            for row in _rows(db, contratista):
                if row.id in ids:
                    texts = _texts(datos_of(db, row))
                    lines.append([texts[each.name].replace("\t", " ") for each in columns])
        return "\n".join("\t".join(line) for line in lines)

    def preview(self, sesion: Sesion, file: SheetFile, progress: Progress) -> VistaPreviaContratos:
        """What each row would do, and what is wrong in it. Changes nothing.

        A known RFC brings its contratante, and a folio of one service its text.
        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        with self._store.read() as db:
            contratista = mine(db, sesion)
            rfc = contratista.rfc
            contratantes = {each.rfc: each for each in contratantes_of(db, contratista)}
            folios = folios_of(db, contratista)
            known = {datos_of(db, row).clave for row in _rows(db, contratista)}
        found: list[RenglonContrato] = []
        before: dict[tuple[object, ...], int] = {}
        with open_sheet(file, CAMPOS_LISTA.headers(), progress, max_rows=MAX_CONTRATOS) as sheet:
            missing = [each for each in ("rfc", "inicio") if each not in sheet.columns]
            if missing:
                names = CAMPOS_LISTA.labels(missing)
                raise InvalidInputError(NO_COLUMNS.format(campos=names), "archivo")
            for line in sheet.rows:
                cells = {campo: line.cells[at] for campo, at in sheet.columns.items()}
                if not any(cells.values()):
                    continue
                cells = _completed(cells, contratantes, folios)
                found.append(_read(line.line, cells, rfc, self._contratos.today(), known, before))
        if not found:
            raise InvalidInputError(NO_ROWS, "archivo")
        return VistaPreviaContratos(file.name, tuple(found))

    def apply(
        self,
        sesion: Sesion,
        vista: VistaPreviaContratos,
        informativa_id: uuid.UUID | None,
        progress: Progress,
        *,
        only_good: bool = False,
    ) -> ResultadoLista:
        """Add the new contracts, all or none. informativa_id: open return that takes them in.

        Raises InvalidInputError also if one of them was added meanwhile, and Cancelled.
        """
        if vista.with_estado(EstadoRenglon.CON_PROBLEMAS) and not only_good:
            raise InvalidInputError(WITH_PROBLEMS, "archivo")
        pending = [one.nuevo for one in vista.with_estado(EstadoRenglon.NUEVO)]
        with self._store.write() as db:
            contratista = mine(db, sesion)
            if {datos_of(db, row).clave for row in _rows(db, contratista)} & {
                datos.clave for datos in pending
            }:
                raise InvalidInputError(STALE, "archivo")
            added = self._contratos.put(db, sesion, contratista, pending, progress=progress)
            self._contratos.take_in(db, sesion, contratista, informativa_id, added)
            # Last chance to cancel: the transaction commits after it.
            progress.report(len(pending), len(pending))
        return ResultadoLista(len(pending), len(vista.renglones) - len(pending))


def _rows(db: Session, contratista: ContratistaRow) -> list[ContratoRow]:
    query = select(ContratoRow).where(ContratoRow.contratista_id == contratista.id)
    return list(db.scalars(query.order_by(ContratoRow.inicio, ContratoRow.id)))


def _texts(datos: DatosContrato) -> dict[str, str]:
    own = {name: str(getattr(datos, name)) for name in ("numero", "objeto")}
    days = {
        "inicio": [datos.inicio] if datos.inicio else [],
        "fin": [datos.fin] if datos.fin else [],
        "modificaciones": list(datos.modificaciones),
    }
    written = {name: ", ".join(f"{day:%d/%m/%Y}" for day in found) for name, found in days.items()}
    parts = {
        each.name: str(getattr(part, each.name))
        for part, table in (
            (datos.contratante, CAMPOS_CONTRATANTE),
            (datos.folio, CAMPOS_FOLIO_REPSE),
        )
        for each in table
    }
    address = Domicilio.of(datos.contratante.domicilio)
    in_columns = {name: getattr(address, name) for name in TEXT_FIELDS}
    return {**own, **written, **parts, **in_columns}


def _completed(
    cells: Mapping[str, str],
    contratantes: Mapping[str, Contratante],
    folios: tuple[FolioRepse, ...],
) -> dict[str, str]:
    """The cells, with what the registers know for those that are empty."""
    texts = {each.name: cells.get(each.name, "") for each in CAMPOS_LISTA.at(Place.SHEET)}
    parts = {name: texts[name] for name in TEXT_FIELDS}
    if any(parts.values()):
        texts["domicilio"] = with_texts(EMPTY, parts).valor
    try:
        known = contratantes.get(Rfc.parse(texts["rfc"]).valor)
    except InvalidInputError:
        known = None
    if known is not None:
        for each in CAMPOS_CONTRATANTE:
            texts[each.name] = texts[each.name] or getattr(known, each.name)
    folio, text = clean(texts["folio"]), clean(texts["texto"])
    fits = [each for each in folios if folio in ("", each.folio) and text in ("", each.texto)]
    if len(fits) == 1:
        texts["folio"], texts["texto"] = fits[0].folio, fits[0].texto
    return texts


def _read(
    linea: int,
    texts: Mapping[str, str],
    rfc: str,
    today: date,
    known: set[tuple[object, ...]],
    before: dict[tuple[object, ...], int],
) -> RenglonContrato:
    problemas: dict[str, str] = {}
    days: dict[str, tuple[date, ...]] = {}
    for name in DAYS:
        parts = texts[name].replace(";", ",").split(",") if name == DAYS[-1] else [texts[name]]
        read = [read_fecha(part.strip(), today) for part in parts if part.strip()]
        days[name] = tuple(day for day, _ in read if day is not None)
        if len(days[name]) < len(read):
            problemas[name] = next(said for day, said in read if day is None) or NOT_A_DAY
    revision = check_contrato(
        DatosContrato(
            numero=texts["numero"],
            objeto=texts["objeto"],
            inicio=next(iter(days["inicio"]), None),
            fin=next(iter(days["fin"]), None),
            modificaciones=days["modificaciones"],
            contratante=Contratante(**{each.name: texts[each.name] for each in CAMPOS_CONTRATANTE}),
            folio=FolioRepse(folio=texts["folio"], texto=texts["texto"]),
        ),
        rfc,
    )
    told = {campo.split(".")[-1]: text for campo, text in revision.problemas.items()}
    if "inicio" in problemas and told.get("inicio") == NO_START:
        del told["inicio"]
    problemas = told | problemas
    hallazgos = [_found(linea, texts, each, text, True) for each, text in problemas.items()]
    hallazgos += [
        _found(linea, texts, campo.split(".")[-1], text, False)
        for campo, text in revision.advertencias.items()
    ]
    datos, estado = revision.datos, EstadoRenglon.NUEVO
    if problemas:
        estado = EstadoRenglon.CON_PROBLEMAS
    elif datos.clave in known:
        estado = EstadoRenglon.YA_REGISTRADO
        hallazgos.append(_found(linea, texts, "numero", KNOWN, False))
    elif (first := before.setdefault(datos.clave, linea)) != linea:
        estado = EstadoRenglon.REPETIDO
        hallazgos.append(_found(linea, texts, "numero", SAME.format(linea=first), False))
    return RenglonContrato(linea, estado, datos, None if problemas else datos, tuple(hallazgos))


def _found(
    linea: int, texts: Mapping[str, str], campo: str, mensaje: str, es_error: bool
) -> HallazgoCelda:
    return HallazgoCelda(
        linea=linea, campo=campo, encontrado=texts[campo], mensaje=mensaje, es_error=es_error
    )
