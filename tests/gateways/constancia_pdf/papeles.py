"""Constancias as a portal might print them: the same facts in several layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from icsoe_desktop.domain.movimientos.constancia import (
    Cifras,
    ClaseTotales,
    Constancia,
    RenglonConstancia,
)
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from tests.gateways.constancia_pdf.imprenta import ALTO, Hoja, pdf, width

FOLIO = "1234567890123456789"
LOTE = "987654321"
SERIAL = "00001000000504321098"
HUELLA = "0123456789abcdef0123456789abcdef01234567"
# Check digits worked out by hand: Luhn over the digits, the first letter as 10 to 35.
REGISTRO = "Y5412345109"
NSS_ANA, NSS_LUIS, NSS_EVA = "12345678903", "98765432103", "11223344554"

ALTA, MODIFICACION, BAJA = TipoMovimiento.ALTA, TipoMovimiento.MODIFICACION, TipoMovimiento.BAJA


def renglon(**changes: object) -> RenglonConstancia:
    values: dict[str, object] = {
        "pagina": 1,
        "renglon": 1,
        "tipo": ALTA,
        "nss": NSS_ANA,
        "nombre": "MUÑOZ RÍOS ANA",
        "sbc": 45050,
        "extemporaneo": False,
        "umf": "021",
        "tipo_salario": "0",
        "fecha": date(2026, 2, 27),
        "tipo_trabajador": "1",
        "causa_baja": "",
    }
    return RenglonConstancia(**{**values, **changes})  # type: ignore[arg-type]


def baja(**changes: object) -> RenglonConstancia:
    values: dict[str, object] = {
        "tipo": BAJA,
        "nss": NSS_LUIS,
        "nombre": "PAZ LUIS",
        "sbc": None,
        "umf": "",
        "tipo_salario": "",
        "fecha": date(2026, 2, 26),
        "tipo_trabajador": "",
        "causa_baja": "2",
        **changes,
    }
    return renglon(**values)


def modificacion(**changes: object) -> RenglonConstancia:
    values: dict[str, object] = {
        "tipo": MODIFICACION,
        "nss": NSS_EVA,
        "nombre": "ÁNGELES RÍOS EVA",
        "sbc": 123456,
        "extemporaneo": True,
        "tipo_salario": "2",
        "fecha": date(2025, 9, 1),
        "tipo_trabajador": "",
        **changes,
    }
    return renglon(**values)


THREE = (renglon(), modificacion(), baja())


def totals(renglones: Sequence[RenglonConstancia]) -> dict[ClaseTotales, Cifras]:
    def cifras(*tipos: TipoMovimiento) -> Cifras:
        of = [one for one in renglones if one.tipo in tipos]
        bad = sum(one.rechazado for one in of)
        return Cifras(len(of), len(of) - bad, bad)

    return {
        ClaseTotales.BAJA: cifras(BAJA),
        ClaseTotales.MODIFICACION: cifras(MODIFICACION),
        ClaseTotales.REINGRESO: cifras(ALTA),
        ClaseTotales.TOTAL: cifras(BAJA, MODIFICACION, ALTA),
    }


def constancia(renglones: Sequence[RenglonConstancia] = THREE, **changes: object) -> Constancia:
    """With good totals."""
    one = Constancia(
        folio=FOLIO,
        lote=LOTE,
        registro_patronal=REGISTRO,
        rfc="PAZ010203AB9",
        razon_social="PANADERÍA LA ESPIGA, S.A. DE C.V.",
        recibido=datetime.fromisoformat("2026-03-02T10:15"),
        serial=SERIAL,
        huella=HUELLA,
        totales=totals(renglones),
        renglones=tuple(renglones),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Columna:
    """derecha: aligned to the right end of its room."""

    campo: str
    titulo: tuple[str, ...]
    ancho: float
    derecha: bool = False


TIPO = Columna("tipo", ("Tipo",), 30)
NSS = Columna("nss", ("NSS",), 70)
NOMBRE = Columna("nombre", ("Nombre",), 190)
SBC = Columna("sbc", ("Salario", "base"), 60, derecha=True)
EXT = Columna("extemporaneo", ("Ext.",), 35)
UMF = Columna("umf", ("UMF",), 35)
SALARIO = Columna("tipo_salario", ("Tipo",), 35)
FECHA = Columna("fecha", ("Fecha",), 65)
TRABAJADOR = Columna("tipo_trabajador", ("Tipo",), 35)
CAUSA = Columna("causa_baja", ("Causa", "de baja"), 50)
CODIGO = Columna("codigo_rechazo", ("Código",), 45)
MOTIVO = Columna("causa_rechazo", ("Motivo de rechazo",), 130)

USUAL = (TIPO, NSS, NOMBRE, SBC, EXT, UMF, SALARIO, FECHA, TRABAJADOR, CAUSA)


@dataclass(frozen=True)
class Formato:
    """How a constancia is printed. envolver: letters a name has in a line; centrado: of rows.

    bajo: values under their labels. por_pagina: rows. repetir: the heading on each page.
    """

    columnas: tuple[Columna, ...] = USUAL
    rechazo: tuple[Columna, ...] = (CODIGO, MOTIVO)
    envolver: int = 30
    centrado: bool = False
    bajo: bool = False
    por_pagina: int = 25
    repetir: bool = True
    volteado: bool = False
    tamano: float = 8
    rotate: int = 0


FORMATOS = {
    "usual": Formato(),
    "nombres en dos líneas": Formato(envolver=16),
    "nombres centrados": Formato(envolver=16, centrado=True),
    "valores abajo": Formato(bajo=True, volteado=True, tamano=7),
    "otro orden": Formato(
        columnas=(
            NSS,
            replace(NOMBRE, titulo=("Nombre del asegurado",)),
            replace(TIPO, titulo=("Tipo de", "movimiento"), ancho=60),
            FECHA,
            replace(SBC, titulo=("S.B.C.",)),
            replace(SALARIO, titulo=("Tipo sal.",), ancho=45),
            replace(TRABAJADOR, titulo=("Tipo trab.",), ancho=50),
            CAUSA,
            EXT,
            UMF,
        ),
        por_pagina=2,
    ),
    "varias páginas sin repetir": Formato(por_pagina=2, repetir=False),
    "girada 90": Formato(rotate=90),
    "girada 180": Formato(rotate=180, envolver=16),
    "girada 270": Formato(rotate=270, bajo=True),
    "letra grande": Formato(tamano=9),
}


def printed(one: Constancia, formato: Formato = FORMATOS["usual"]) -> bytes:
    """The PDF. Operated rows first, then the rejected ones under a title of their own."""
    press = _Press(formato)
    press.head(one)
    good = [row for row in one.renglones if not row.rechazado]
    bad = [row for row in one.renglones if row.rechazado]
    press.table("Movimientos operados", formato.columnas, good)
    if bad:
        narrow = tuple(
            replace(columna, ancho=120) if columna.campo == "nombre" else columna
            for columna in formato.columnas
            if columna.campo not in ("extemporaneo", "umf", "causa_baja")
        )
        press.table("Movimientos rechazados", (*narrow, *formato.rechazo), bad)
    press.foot()
    return pdf(press.hojas, rotate=formato.rotate)


class _Press:
    def __init__(self, formato: Formato) -> None:
        self.formato = formato
        self.size = formato.tamano
        self.pitch = formato.tamano * 1.3
        self.hojas = [Hoja()]
        self.y = 30.0

    def head(self, one: Constancia) -> None:
        hoja = self.hojas[0]
        hoja.put(150, self.y, "Instituto Mexicano del Seguro Social", 12)
        hoja.put(120, self.y + 16, "Constancia de presentación de movimientos afiliatorios", 11)
        self.y += 40
        recibido = f"{one.recibido:%Y-%m-%d %H:%M}" if one.recibido else ""
        facts = [
            ("Número de folio:", one.folio), ("Número de lote:", one.lote),
            ("RFC del patrón:", one.rfc), ("Registro patronal:", one.registro_patronal),
            ("Razón social:", one.razon_social), ("Fecha y hora de recepción:", recibido),
            ("Serial del certificado:", one.serial), ("Huella digital:", one.huella),
        ]  # fmt: skip
        for at in range(0, len(facts), 2):
            for x, (label, value) in zip((40, 400), facts[at : at + 2], strict=False):
                hoja.put(x, self.y, label, self.size)
                if self.formato.bajo:
                    hoja.put(x, self.y + self.pitch, value, self.size)
                else:
                    hoja.put(x + width(label, self.size) + 8, self.y, value, self.size)
            self.y += self.pitch * (2.6 if self.formato.bajo else 1.2)
        self.totals(one)

    def totals(self, one: Constancia) -> None:
        heads: tuple[str, ...] = ("Recibidos", "Operados", "Rechazados")
        rows = [
            (clase.value, [cifras.recibidos, cifras.operados, cifras.rechazados])
            for clase, cifras in one.totales.items()
        ]
        if self.formato.volteado:
            turned = [
                list(column) for column in zip(*(figures for _, figures in rows), strict=True)
            ]
            rows, heads = (
                list(zip(heads, turned, strict=True)),
                tuple(clase.value for clase, _ in one.totales.items()),
            )
        self.y += self.pitch
        for at, head in enumerate(heads):
            self.hojas[0].put(140 + at * 70, self.y, head, self.size)
        for label, figures in rows:
            self.y += self.pitch
            self.hojas[0].put(60, self.y, label, self.size)
            for at, figure in enumerate(figures):
                end = 140 + at * 70 + width(heads[at], self.size)
                self.hojas[0].put_right(end, self.y, f"{figure:,}", self.size)
        self.y += self.pitch * 2

    def table(
        self, title: str, columnas: Sequence[Columna], rows: Sequence[RenglonConstancia]
    ) -> None:
        self.hojas[-1].put(40, self.y, title, self.size + 1)
        self.y += self.pitch * 2
        self.headings(columnas)
        on_page = 0
        for row in rows:
            lines = [
                self.wrapped(columna.campo, text_of(columna.campo, row)) for columna in columnas
            ]
            height = self.pitch * (max(len(each) for each in lines) + 0.35)
            if on_page == self.formato.por_pagina or self.y + height > ALTO - 40:
                self.foot()
                self.hojas.append(Hoja())
                self.y, on_page = 40.0, 0
                if self.formato.repetir:
                    self.headings(columnas)
            self.row(columnas, lines, height)
            self.y += height
            on_page += 1
        self.y += self.pitch * 2

    def headings(self, columnas: Sequence[Columna]) -> None:
        deep = max(len(columna.titulo) for columna in columnas)
        for columna, left in self.places(columnas):
            for at, text in enumerate(columna.titulo):
                y = self.y + at * self.pitch
                if columna.derecha:
                    self.hojas[-1].put_right(left + columna.ancho - 8, y, text, self.size)
                else:
                    self.hojas[-1].put(left, y, text, self.size)
        self.y += self.pitch * (deep + 0.6)

    def row(self, columnas: Sequence[Columna], cells: Sequence[list[str]], height: float) -> None:
        deep = max(len(each) for each in cells)
        for (columna, left), lines in zip(self.places(columnas), cells, strict=True):
            top = self.y
            if self.formato.centrado:
                top += self.pitch * (deep - len(lines)) / 2
            for at, text in enumerate(lines):
                y = top + at * self.pitch
                if columna.derecha:
                    self.hojas[-1].put_right(left + columna.ancho - 8, y, text, self.size)
                elif text:
                    self.hojas[-1].put(left, y, text, self.size)

    def wrapped(self, campo: str, text: str) -> list[str]:
        most = {"nombre": self.formato.envolver, "causa_rechazo": 26}.get(campo, 99)
        lines = [""]
        for word in text.split():
            if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        return lines

    def foot(self) -> None:
        self.hojas[-1].put(360, ALTO - 20, f"Página {len(self.hojas)}", self.size)

    @staticmethod
    def places(columnas: Sequence[Columna]) -> list[tuple[Columna, float]]:
        left, found = 40.0, []
        for columna in columnas:
            found.append((columna, left))
            left += columna.ancho
        return found


def text_of(campo: str, row: RenglonConstancia) -> str:
    match campo:
        case "tipo":
            return row.tipo.value[1] if row.tipo else ""
        case "sbc":
            return "" if row.sbc is None else f"{row.sbc // 100:,}.{row.sbc % 100:02d}"
        case "extemporaneo":
            return "X" if row.extemporaneo else ""
        case "fecha":
            return f"{row.fecha:%d/%m/%Y}" if row.fecha else ""
        case _:
            return str(getattr(row, campo))
